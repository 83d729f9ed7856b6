"""ask(question, history) -> Answer. Reads top to bottom: triage, then search, then an answer of quotes."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from time import perf_counter

from corpus.errors import QuestionError
from corpus.types import Corpus
from corpus.withdrawn import Withdrawn
from index import readings
from index.live import LiveIndex
from index.search import Judged, Searcher
from qa.aspects import aspects
from qa.cards import card_sentences, foreign_sentences
from qa.citations import Citer
from qa.compose import Composer, Draft
from qa.disclaimer import DISCLAIMER
from qa.followup import stand_alone
from qa.notices import notices_for
from qa.policy.load import LETHAL, facts_beside, wordings
from qa.precedence import is_own_matter
from qa.settings import Settings
from qa.site import Site
from qa.topics import is_preparation, is_without_amounts
from qa.triage import Triage, Verdict
from qa.types import CARDS, Answer, AnswerSentence, Citation, IndexStamp, Outcome, Turn
from qa.unnamed import Way, ways
from qa.withdrawals import Withdrawals

LONGEST_QUESTION = 2000
"""Characters of a question that is searched. Triage reads longer ones whole before they are refused."""
MOST_TURNS = 20
SUGGESTIONS = 3
COUNTRY_FROM = 3
"""Earlier questions of which a follow-up that names no country takes the last that was named."""
Admit = Callable[[Site, Callable[[], Answer]], Answer]
"""Lets a question in where it may come in, and gives what the work that it is handed makes of it."""


@dataclass(frozen=True, slots=True)
class _Tools:
    """What belongs to one generation of the index. with_documents: the sites that have documents of their own."""

    searcher: Searcher
    citer: Citer
    composer: Composer
    with_documents: frozenset[str]


class Pipeline:
    """Answers questions from the live index. Threads may share it; it keeps nothing of a question."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet: a card must come even where there is no index."""
        self._settings = settings
        self._live = LiveIndex(settings.place)
        self._triage = Triage()
        self.withdrawals = Withdrawals(settings.corrections)
        self._tools: _Tools | None = None
        self._lock = threading.Lock()

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        today: date,
        site: str | None = None,
        region: str | None = None,
        name: str | None = None,
        admit: Admit = lambda _, work: work(),
    ) -> Answer:
        """Answer a question.

        history: earlier turns, oldest first. today: the day on which expiry is judged. site: whose numbers and
        documents. region: whose numbers, instead of the site's. name: comes back as the answer's id. admit: does
        what comes after triage, or raises what is passed on. Raises ProjectError where the question, the site or
        the index cannot be used; a crisis or emergency gets its card before any of these is looked at, as does a
        writer under 18 or in another language.
        """
        started = perf_counter()
        verdict = self._triage.judge(question)
        if verdict and (verdict.card or verdict.outcome == "foreign"):
            return _card(question, verdict, self.nearest_site(site, region), started, name)
        where = self._settings.site(site, region)
        _check(question, history)
        answer = admit(where, partial(self._search, question, history, verdict, where, today))
        return replace(answer, id=name, timings_ms={"total": _milliseconds(started)})

    def card(self, text: str, site: str | None = None, region: str | None = None) -> Answer | None:
        """Give the card for a text that cannot be asked as it stands, None where nobody is in danger."""
        started = perf_counter()
        verdict = self._triage.judge(text)
        if verdict is None or verdict.outcome not in CARDS:
            return None
        return _card(text, verdict, self.nearest_site(site, region), started, None)

    def _search(
        self, question: str, history: Sequence[Turn], verdict: Verdict | None, where: Site, today: date
    ) -> Answer:
        tools = self.open()
        withdrawn = self.withdrawals.on(where.id, tools.searcher.generation.corpus)
        declined = verdict if verdict and verdict.outcome == "declined" else None
        asked = stand_alone(question, history)
        searched = wordings()["related"][declined.category] if declined else asked

        earlier = said_before(question, asked, history)

        def judge(words: str) -> Judged:
            query = tools.searcher.prepare(words, question, before=earlier)
            return tools.searcher.judge(query, site=where.id, withdrawn=withdrawn)

        judged = [_understood(meant, judge) for meant in _asked(searched, declined)]
        answerable = max(one.answerable for one in judged)
        hits, *further = [one.hits if declined or one.answerable >= readings.ANSWERABLE else () for one in judged]
        draft = tools.composer.compose(
            hits,
            today,
            further=further,
            beside=facts_beside(searched),
            own_matter=is_own_matter(searched),
            without_amounts=declined is not None or is_without_amounts(asked),
            withdrawn=withdrawn,
        )
        citations = _citations(tools.citer, draft, today, withdrawn)
        grave = verdict is not None and (verdict.outcome == "sensitive" or verdict.category == LETHAL)
        return Answer(
            question=question,
            outcome="declined" if declined else "answered" if draft else "not_in_sources",
            sentences=_sentences(declined, citations),
            disclaimer=DISCLAIMER,
            citations=citations,
            notices=notices_for(
                draft,
                citations,
                tools.searcher.generation.corpus,
                where.lines,
                today,
                sensitive=grave or self._triage.crisis_earlier(history),
                same_day=verdict is not None and verdict.outcome == "same_day",
                phones=where.phones,
                preparation=where.id not in tools.with_documents and is_preparation(asked),
            ),
            follow_ups=_follow_ups(tools.searcher, judged[0], draft, withdrawn),
            confidence=round(answerable, 4) if draft else 0.0,
            index=_stamp(tools.searcher),
        )

    def open(self) -> _Tools:
        """Load the live index if it is not loaded, or if a newer one is live. Raises IndexMissing or IndexFault."""
        searcher = self._live.searcher()
        with self._lock:
            if self._tools is None or self._tools.searcher is not searcher:
                corpus = searcher.generation.corpus
                citer = Citer(corpus)
                own = frozenset(document.site for document in corpus.documents if document.site)
                self._tools = _Tools(searcher, citer, Composer(corpus, searcher.generation.chunks, citer), own)
            return self._tools

    @property
    def settings(self) -> Settings:
        """Where things lie, and the sites."""
        return self._settings

    def corpus(self) -> Corpus:
        """Give what the live index was built from. Raises IndexMissing or IndexFault."""
        return self.open().searcher.generation.corpus

    def site(self, name: str | None) -> Site:
        """Give the settings of a site."""
        return self._settings.site(name)

    def nearest_site(self, name: str | None, region: str | None = None) -> Site:
        """Give the site whose numbers are shown: no fault of a name or of a site's file may hold a card back.

        Of a site whose file is faulty the numbers are still those of its region, not those of another country.
        """
        site = self._settings.site
        for found in (partial(site, name, region), partial(self._in_its_region, name, region), partial(site, name)):
            with suppress(Exception):
                return found()
        return site(None)

    def _in_its_region(self, name: str | None, region: str | None) -> Site:
        """Give the default site in a region, by default the one that the file of the site `name` tells of."""
        return self._settings.site(None, self._settings.region_beside(name) if region is None else region)


def said_before(question: str, asked: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """Give what was asked before a follow-up, the latest first: where it names no country, the last one named counts.

    asked: the question as it stands alone; nothing is given where it needed no history.
    """
    if asked == question:
        return ()
    return tuple(turn.content for turn in reversed(history) if turn.role == "user")[:COUNTRY_FROM]


def _asked(searched: str, declined: Verdict | None) -> list[list[Way]]:
    """Give each thing that is asked, in the ways it may be meant."""
    return [[(searched, 0.0)]] if declined else list(map(ways, aspects(searched)))


def _understood(meant: Sequence[Way], judge: Callable[[str], Judged]) -> Judged:
    """Search in the first way in which a question is answered; where none answers, give what its own words found."""
    tried: dict[float, Judged] = {}
    for words, least in meant:
        tried[least] = judge(words)
        if tried[least].answerable >= least:
            return tried[least]
    return tried[min(tried)]


def _check(question: str, history: Sequence[Turn]) -> None:
    if not question.strip():
        raise QuestionError("The question is empty.", "Type a question.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question)} characters, more than {LONGEST_QUESTION}.", "Ask it in fewer words."
        )
    if len(history) > MOST_TURNS:
        raise QuestionError(
            f"The history has {len(history)} turns, more than {MOST_TURNS}.", "Send the latest ones only."
        )


def _card(question: str, verdict: Verdict, site: Site, started: float, name: str | None) -> Answer:
    """Give the card, or the word that the chat reads English: nothing is searched for either."""
    outcome: Outcome = "not_in_sources"
    sentences = foreign_sentences(verdict.language, site.lines)
    if verdict.card:
        outcome = "emergency" if verdict.outcome == "emergency" else "crisis"
        outcome = "declined" if verdict.outcome == "declined" else outcome
        sentences = card_sentences(verdict.card, outcome, verdict.language, site.lines)
    return Answer(
        id=name,
        question=question,
        outcome=outcome,
        sentences=sentences,
        disclaimer=DISCLAIMER,
        confidence=1.0,
        card=verdict.card,
        timings_ms={"total": _milliseconds(started)},
    )


def _citations(citer: Citer, draft: Draft | None, today: date, withdrawn: Withdrawn) -> tuple[Citation, ...]:
    if draft is None:
        return ()
    return tuple(
        citer.cite(number, chunk, sentence, today, draft.twins_of(chunk, sentence), withdrawn)
        for number, (chunk, sentence) in enumerate(draft.sentences(), start=1)
    )


def _sentences(declined: Verdict | None, citations: Sequence[Citation]) -> tuple[AnswerSentence, ...]:
    opening: list[AnswerSentence] = []
    if declined:
        opening = [AnswerSentence(wordings()["declined"][declined.category])]
    elif not citations:
        opening = [AnswerSentence(wordings()["not_in_sources"]["text"])]
    return (*opening, *(AnswerSentence(citation.quote, (citation.number,)) for citation in citations))


def _follow_ups(searcher: Searcher, judged: Judged, draft: Draft | None, withdrawn: Withdrawn) -> tuple[str, ...]:
    shown = {pick.chunk.id for pick in draft.picks} if draft else set()
    return tuple(searcher.near_headings(judged.near, SUGGESTIONS, without=shown, withdrawn=withdrawn))


def _stamp(searcher: Searcher) -> IndexStamp:
    manifest = searcher.generation.manifest
    return IndexStamp(manifest.name, f"sha256:{manifest.corpus}")


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)
