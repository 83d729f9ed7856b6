"""Where questions arrive, from the chat and from the API: triage, then who may ask, then an answer, and a count."""

import hmac
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from time import perf_counter
from typing import Literal

from corpus.errors import ProjectError
from qa.pipeline import Pipeline
from qa.site import Limits, Site
from qa.types import Answer, Turn
from qa.web.access import UNKNOWN, Refused
from qa.web.limits import RateLimits
from qa.web.metrics import Metrics
from qa.web.refusals import Unanswered, for_visitors, reason_of
from qa.web.turnstile import Turnstile

Door = Literal["chat", "api"]
BEARER = "Bearer "
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. address: the visitor's. key: the site's, as the request bears it. page: asked by a browser's page."""

    door: Door
    address: str
    key: str = ""
    page: bool = True


class Desk:
    """Answers within limits. Threads may share it; it keeps nothing of a question."""

    def __init__(self, pipeline: Pipeline, limits: Limits | None = None, turnstile: Turnstile | None = None) -> None:
        """Take the pipeline. limits: of the default site."""
        self.pipeline = pipeline
        self.metrics = Metrics()
        self.rates = RateLimits()
        self._limits = limits or Limits()
        self._turnstile = turnstile or Turnstile()

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        caller: Caller,
        today: date,
        site: str | None = None,
        region: str | None = None,
        passed: "Passed | None" = None,
    ) -> Answer:
        """Answer a question as the pipeline does; a card comes before any limit.

        passed: is told when no card was called for. Raises ProjectError; ComeBack where too much is asked, Refused
        where the site's key is missing, Unanswered for a fault of the program.
        """

        def admit(where: Site, work: Callable[[], Answer]) -> Answer:
            if passed:
                passed.triage = True
            self._check(where, caller)
            return self._turnstile.let_in(work)

        started = perf_counter()
        with self._counting(caller.door):
            answer = self.pipeline.ask(question, history, today=today, site=site, region=region, admit=admit)
        self._count(caller, answer, site, started)
        return answer

    def card(self, text: str, caller: Caller, site: str | None, region: str | None) -> Answer | None:
        """Give the card for a text that cannot be asked as it stands, None where nobody is in danger."""
        started = perf_counter()
        with self._counting(caller.door):
            answer = self.pipeline.card(text, site, region)
        if answer:
            self._count(caller, answer, site, started)
        return answer

    def _count(self, caller: Caller, answer: Answer, site: str | None, started: float) -> None:
        where = self.pipeline.nearest_site(site)
        self.metrics.answered(caller.door, where, answer.outcome, perf_counter() - started)

    def _check(self, site: Site, caller: Caller) -> None:
        """Raise Refused or ComeBack where a caller may not ask now. Who bears the key asks for many visitors."""
        limited = site if site.id else replace(site, limits=self._limits)
        if not (site.api_key_sha256 and bears_key(caller, site)):
            if site.api_key_sha256 and not caller.page:
                raise Refused(UNKNOWN, "The site's key is missing or wrong.", "Send it as 'Authorization: Bearer KEY'.")
            self.rates.count_client(limited, caller.address)
        self.rates.count_site(limited)

    @contextmanager
    def _counting(self, door: Door) -> Iterator[None]:
        """Count what is refused, and hide what a fault of the program says: it may hold the question."""
        try:
            yield
        except ProjectError as error:
            self.metrics.refused(door, reason_of(error))
            raise for_visitors(error) from error
        except Exception as error:  # noqa: BLE001 - whatever it is, the visitor gets a sentence
            self.metrics.refused(door, "fault")
            log.error("A question could not be answered: %s.", place_of(error))
            raise Unanswered from None


@dataclass(slots=True)
class Passed:
    """Tells whoever waits for an answer how far it has come. triage: no card was called for."""

    triage: bool = False


def bears_key(caller: Caller, site: Site) -> bool:
    """Tell whether a caller bears a site's key."""
    given = sha256(caller.key.encode()).hexdigest()
    return bool(caller.key) and hmac.compare_digest(given, site.api_key_sha256)


def key_in(authorization: str) -> str:
    """Give the key that an Authorization header bears, empty for none."""
    return authorization.removeprefix(BEARER).strip() if authorization.startswith(BEARER) else ""


def place_of(error: Exception) -> str:
    """Give the kind of a fault and where it was raised, without what it says."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}" if trace else "an unknown place"
    return f"{type(error).__name__} at {place}"
