"""Who answers a test set: the product itself, or a running server through its API."""

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from time import perf_counter, sleep
from typing import Any, Protocol

import httpx

from corpus.errors import ProjectError
from corpus.types import Corpus
from qa.evaluate.options import TIMEOUT
from qa.evaluate.score import Response
from qa.evaluate.testset import Case, TestSetError
from qa.followup import stand_alone
from qa.pipeline import Pipeline, said_before
from qa.render import answer_record
from qa.settings import Settings
from qa.unnamed import named

TRIES = 5
TOO_MUCH = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
RANKED = 10
"""Chunks of the ranking that retrieval is measured on."""
QUOTE: Mapping[str, Any] = {"document": str, "quote": str, "start": int, "end": int}
FORM: Mapping[str, Any] = {
    "text": str,
    "outcome": str,
    "sentences": [{"text": str, "citations": [int]}],
    "citations": [{**QUOTE, "number": int, "passage": str, "evidence": [QUOTE]}],
    "notices": [{"kind": str, "text": str}],
    "confidence": int | float,
    "index": {"generation": str, "corpus": str},
}
"""What is read of an answer, a list holding the form of its members. The disclaimer is the score's to miss."""


class Asker(Protocol):
    """Answers the cases of a test set."""

    def respond(self, case: Case) -> Response:
        """Answer a case; a fault or a time-out is a response without an answer."""

    @property
    def corpus(self) -> Corpus | None:
        """What the answers quote, None where it is not at hand."""


@dataclass(frozen=True, slots=True)
class LocalAsker:
    """Asks the product in this process. site: of the cases that name none. timeout: in seconds."""

    settings: Settings
    pipeline: Pipeline
    today: date
    site: str | None = None
    timeout: float = TIMEOUT

    @property
    def corpus(self) -> Corpus:
        """The corpus of the live index."""
        return self.pipeline.open().searcher.generation.corpus

    def respond(self, case: Case) -> Response:
        """Answer a case and, where it names sources, rank the chunks for it."""
        return timed(lambda: self._answer(case), self.timeout, lambda: self._ranking(case))

    def _answer(self, case: Case) -> Mapping[str, Any]:
        answer = self.pipeline.ask(
            case.question,
            case.history,
            today=self.today,
            site=case.site or self.site,
            region=case.region,
            name=case.id,
        )
        return _of_form(answer_record(answer))

    def _ranking(self, case: Case) -> tuple[str, ...] | None:
        if not case.sources:
            return None
        searcher = self.pipeline.open().searcher
        asked = stand_alone(case.question, case.history)
        earlier = said_before(case.question, asked, case.history)
        query = searcher.prepare(named(asked), case.question, before=earlier)
        found = searcher.find(query, RANKED, site=case.site or self.site or "")
        return tuple(chunk.id for chunk, _ in found)


class ServerAsker:
    """Asks a running server at `url`."""

    corpus: Corpus | None = None

    def __init__(
        self,
        url: str,
        site: str | None = None,
        timeout: float = TIMEOUT,
        pause: Callable[[float], object] = sleep,
    ) -> None:
        """Say which server; nothing is sent yet. pause: waits for seconds. Raises TestSetError for no address."""
        try:
            self._client = httpx.Client(base_url=url.rstrip("/"), timeout=timeout, trust_env=False)
        except httpx.InvalidURL as error:
            raise TestSetError(f"{url!r} is no address: {error}.", "Give --server http://HOST:PORT.") from error
        self.site, self.timeout, self.pause = site, timeout, pause

    def respond(self, case: Case) -> Response:
        """Answer a case through the API; an answer that is not of its form is a fault.

        Where the server says when to come back, the case is asked again then; that time does not count.
        """
        for _ in range(TRIES):
            told: list[int] = []
            response = timed(partial(self._post, case, told), self.timeout)
            if not told:
                break
            self.pause(told[0])
        return response

    def reach(self) -> None:
        """Raise TestSetError where the server does not answer."""
        try:
            self._client.get("/healthz").raise_for_status()
        except httpx.HTTPError as error:
            raise TestSetError(f"The server does not answer: {error}.", "Start it, or correct --server.") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, case: Case, told: list[int]) -> Mapping[str, Any]:
        """Ask. told: takes the seconds after which a server with too much to do wants to be asked again."""
        body = {
            "question": case.question,
            "history": [asdict(turn) for turn in case.history],
            "site": case.site or self.site,
            "region": case.region,
        }
        reply = self._client.post("/api/v1/ask", json={name: value for name, value in body.items() if value})
        if reply.status_code in TOO_MUCH and reply.headers.get("retry-after", "").isdecimal():
            told.append(int(reply.headers["retry-after"]))
        if reply.status_code != httpx.codes.OK:
            raise TestSetError(f"{reply.status_code}: {_reason(reply)}", "")
        return {**_of_form(reply.json()), "id": case.id}


def timed(
    answer: Callable[[], Mapping[str, Any]],
    timeout: float,
    ranking: Callable[[], tuple[str, ...] | None] = lambda: None,
) -> Response:
    """Run `answer` for at most `timeout` seconds; what it raises becomes the response's error. Time is the answer's."""
    outcome: queue.Queue[Response] = queue.Queue()

    def work() -> None:
        started = perf_counter()
        try:
            record = answer()
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the question counts as wrong
            outcome.put(Response(None, _said(error), _since(started)))
            return
        took = _since(started)
        found = None
        with suppress(Exception):
            found = ranking()
        outcome.put(Response(record, "", took, found))

    threading.Thread(target=work, daemon=True).start()
    try:
        return outcome.get(timeout=timeout)
    except queue.Empty:
        return Response(None, f"no answer within {timeout:g} seconds", timeout * 1000)


def _reason(reply: httpx.Response) -> str:
    try:
        return str(reply.json()["error"])
    except (ValueError, LookupError, TypeError):
        return "no reason given"


def _of_form(record: Mapping[str, Any]) -> Mapping[str, Any]:
    faults = list(_unlike(record, FORM, "the answer"))
    if faults:
        raise TestSetError(f"The answer lacks, or has in another form: {', '.join(faults)}", "")
    return record


def _unlike(value: object, form: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - a form is a type or holds some
    """Name each place of an answer that is missing or of another form."""
    if isinstance(form, list) and isinstance(value, list | tuple):
        yield from (fault for item in value for fault in _unlike(item, form[0], place))
    elif isinstance(form, Mapping) and isinstance(value, Mapping):
        yield from (fault for name in form for fault in _unlike(value.get(name), form[name], name))
    elif isinstance(form, list | Mapping) or not isinstance(value, form):
        yield place


def _said(error: Exception) -> str:
    return error.message if isinstance(error, ProjectError) else f"{type(error).__name__}: {error}"


def _since(started: float) -> float:
    return (perf_counter() - started) * 1000
