"""The sources panel as HTML: each passage with the quoted sentence marked. Every text is escaped."""

from collections.abc import Sequence

from qa.render import KIND_NAMES
from qa.surroundings import Around, Comparison, Side
from qa.types import Answer, Citation, EvidenceQuote
from qa.web.dates import spoken_date
from qa.web.panel import escape

SAFE_LINKS = ("https://", "http://")
COMPARED = {"sources_differ": "Sources differ about", "newer_source": "Older and newer sources about"}


def sources(answer: Answer, turn: int, surroundings: Sequence[Around] = (), compared: Sequence[Comparison] = ()) -> str:
    """Give the section of the sources panel for one answer, empty where it cites nothing.

    surroundings: of each citation, in order. compared: which of them contradict each other.
    """
    if not answer.citations:
        return ""
    known = [*surroundings, *[Around()] * (len(answer.citations) - len(surroundings))]
    entries = "".join(_entry(one, turn, near) for one, near in zip(answer.citations, known, strict=True))
    beside = "".join(_comparison(one, turn) for one in compared)
    differing = f'<div id="differ-{turn}" class="kq-differ" tabindex="-1">{beside}{_back(turn)}</div>' if beside else ""
    heading = f"<h2>Sources: <q>{escape(answer.question)}</q></h2>"
    return f'<section class="kq-sources">{heading}{differing}<ol>{entries}</ol></section>'


def _comparison(compared: Comparison, turn: int) -> str:
    sides = "".join(_side(side, turn) for side in compared.sides)
    return f"<h3>{COMPARED[compared.kind]} {escape(compared.topic)}</h3><div>{sides}</div>"


def _side(side: Side, turn: int) -> str:
    number = f'<a href="#cite-{turn}-{side.citation.number}">[{side.citation.number}]</a>'
    dated = f"<time>{escape(spoken_date(side.published))}</time> {escape(side.publisher)} {number}"
    return f"<figure><figcaption>{dated}</figcaption><blockquote>{escape(side.citation.quote)}</blockquote></figure>"


def _entry(citation: Citation, turn: int, near: Around) -> str:
    own = " kq-own" if citation.kind == "clinic" else ""
    parts = (_source(citation), _passage(citation, near), _evidence(citation), _back(turn))
    return (
        f'<li id="cite-{turn}-{citation.number}" class="kq-cite{own}" tabindex="-1" value="{citation.number}">'
        f"{''.join(parts)}</li>"
    )


def _back(turn: int) -> str:
    return f'<p class="kq-back"><a href="#kq-answer-{turn}">Back to the answer</a></p>'


def _source(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    opening = '<span class="kq-wording">Our summary of</span> ' if citation.wording == "summary" else ""
    return (
        f'<p class="kq-source">{opening}<cite>{escape(citation.title)}{_original(citation.title, citation.url)}</cite>'
        f"{_by(citation.publisher, citation.published)}{page} &middot; {escape(KIND_NAMES[citation.kind])}</p>"
    )


def _by(publisher: str, published: str) -> str:
    named = f"{escape(publisher)}, " if publisher else ""
    return f'<span class="kq-by">{named}<time>{escape(spoken_date(published))}</time></span>'


def _passage(citation: Citation, near: Around) -> str:
    """Give the passage with the quote marked; what is further than a sentence from it can be folded away."""
    before, _, after = citation.passage.partition(citation.quote)
    first, previous = _parted(before, near.before)
    last, following = _parted(after, near.after, at_start=True)
    pieces = (
        (first, "kq-far"),
        (previous, "kq-near-by"),
        (citation.quote, ""),
        (following, "kq-near-by"),
        (last, "kq-far"),
    )
    marked = " ".join(_piece(text, kind) for text, kind in pieces if text)
    return (
        f'<figure><figcaption>{escape(citation.heading)} <span class="kq-doc">{escape(citation.document)}</span>'
        f"</figcaption><blockquote>{marked}</blockquote></figure>"
    )


def _parted(text: str, near: str, *, at_start: bool = False) -> tuple[str, str]:
    """Part a piece of the passage into what is far from the quote and the sentence beside it."""
    trimmed = text.strip()
    if near and at_start and trimmed.startswith(near):
        return trimmed.removeprefix(near).strip(), near
    if near and not at_start and trimmed.endswith(near):
        return trimmed.removesuffix(near).strip(), near
    return "", trimmed


def _piece(text: str, kind: str) -> str:
    return f'<span class="{kind}">{escape(text)}</span>' if kind else f"<mark>{escape(text)}</mark>"


def _evidence(citation: Citation) -> str:
    if not citation.evidence:
        return ""
    first, *rest = (f"<li>{_evidence_item(quote)}</li>" for quote in citation.evidence)
    more = f"<details><summary>{len(rest)} more</summary><ul>{''.join(rest)}</ul></details>" if rest else ""
    return f'<div class="kq-evidence"><h3>What it rests on</h3><ul>{first}</ul>{more}</div>'


def _evidence_item(quote: EvidenceQuote) -> str:
    original = _original(quote.title, quote.url)
    cited = f"<cite>{escape(quote.title)}{original}</cite>"
    return f"<q>{escape(quote.quote)}</q> {cited}{_by(quote.publisher, quote.published)}"


def _original(title: str, url: str) -> str:
    """Give the link to the original, nothing where there is none that may be opened."""
    if not url.startswith(SAFE_LINKS):
        return ""
    hidden = f'<span class="kq-hidden">: {escape(title)} (new tab)</span>'
    return f' <a href="{escape(url)}" target="_blank" rel="noopener noreferrer">Open the original{hidden}</a>'
