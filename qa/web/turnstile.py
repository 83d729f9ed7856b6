"""So many answers at a time, so many questions waiting, and a word to whoever comes after."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from qa.web.refusals import ComeBack

BUSY = 503
SEATS = 4
"""Answers made at a time; each takes some tens of milliseconds of one core."""
WAITING = 24
PATIENCE = 10.0
"""Seconds that a question waits for a seat."""
AGAIN = 5
"""Seconds after which it is worth to ask again."""


T = TypeVar("T")


class Turnstile:
    """Lets questions in; it is shared by the chat and the API.

    What is let in is done by threads of its own, one for each seat: a thread that makes answers keeps memory for its
    next one, and the threads of the two servers are many.
    """

    def __init__(self, seats: int = SEATS, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        """Say how many are let in at a time, how many may wait, and for how many seconds."""
        self._most, self._patience = seats + waiting, patience
        self._seats = threading.Semaphore(seats)
        self._threads = ThreadPoolExecutor(max(1, seats), "answer")
        self._lock = threading.Lock()
        self._inside = 0

    def let_in(self, work: Callable[[], T]) -> T:
        """Give what the work makes, on a seat. Raises ComeBack (503) where too many wait, or the wait is too long."""
        self._line_up()
        try:
            if not self._seats.acquire(timeout=self._patience):
                raise busy()
            try:
                return self._threads.submit(work).result()
            finally:
                self._seats.release()
        finally:
            with self._lock:
                self._inside -= 1

    def _line_up(self) -> None:
        with self._lock:
            if self._inside >= self._most:
                raise busy()
            self._inside += 1


def busy() -> ComeBack:
    """Give what is said to whoever comes when too many wait."""
    return ComeBack(BUSY, "Many people are asking just now.", AGAIN)
