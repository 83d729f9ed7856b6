"""What is said beside an answer: that sources differ, that one is old, that a crisis line is at hand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from corpus.stale import is_old
from corpus.types import Corpus
from qa.compose import Draft
from qa.policy.lines import Lines
from qa.policy.load import wordings
from qa.surroundings import sides
from qa.types import Citation, Notice

ABOUT_SUICIDE = re.compile(r"\bsuicid\w*|\bself-harm\b|\bharming yourself\b", re.IGNORECASE)


def notices_for(
    draft: Draft | None,
    citations: Sequence[Citation],
    corpus: Corpus,
    lines: Lines,
    today: date,
    *,
    sensitive: bool,
    same_day: bool = False,
    phones: str = "",
    preparation: bool = False,
) -> tuple[Notice, ...]:
    """Give the notices of an answer, the most urgent first.

    sensitive: the question is about suicide, death or misuse. same_day: it tells of what a clinic wants to hear about
    today. phones: how the site's clinic is reached, if that is known.
    preparation: it is on getting ready for a treatment, on a site without documents of its own.
    """
    said = wordings()["notice"]
    notices = []
    if same_day:
        reached = said["clinic_phone"].format(phones=phones) if phones else ""
        notices.append(Notice("same_day", f"{lines.fill(said['same_day'])} {reached}".rstrip()))
    if sensitive or any(ABOUT_SUICIDE.search(citation.quote) for citation in citations):
        notices.append(Notice("crisis_line", lines.fill(said["crisis_line"])))
    if preparation and draft:
        notices.append(Notice("see_clinician", said["preparation"]))
    for group in draft.differences if draft else ():
        named = "; ".join(f"{side.publisher}, {side.published}" for side in sides(group, citations, corpus))
        notices.append(Notice(group.kind, said[group.kind].format(topic=group.topic, sides=named)))
    old = list(dict.fromkeys(_old_sources(citations, corpus, today)))
    if old:
        notices.append(Notice("dated", said["dated"].format(sources="; ".join(old))))
    return tuple(notices)


def _old_sources(citations: Iterable[Citation], corpus: Corpus, today: date) -> Iterator[str]:
    for citation in citations:
        fact = corpus.facts[citation.facts[0]] if citation.facts else None
        if fact and is_old(fact, today):
            yield _source(citation)


def _source(citation: Citation) -> str:
    return f"{citation.publisher}, {citation.published}"
