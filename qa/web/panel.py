"""Answers as HTML for the chat: the sources panel, the help line, the disclaimer. Every text is escaped here."""

import re
from collections.abc import Iterable
from html import escape as escape_html

from qa.disclaimer import DISCLAIMER
from qa.policy.lines import Lines
from qa.policy.load import wordings
from qa.render import KIND_NAMES, escape_markdown
from qa.site import Site
from qa.types import Answer, AnswerSentence, Citation, EvidenceQuote

EMPTY_PANEL = '<p class="kq-empty">The sources of an answer appear here.</p>'
SAFE_LINKS = ("https://", "http://")


def escape(text: str) -> str:
    """Give the text for HTML; line breaks become spaces, because an empty line would end the block it stands in."""
    return " ".join(escape_html(text).split("\n"))


def help_line(lines: Lines) -> str:
    """Give the permanent "Need help now?" line with the region's numbers, as links where they can be dialled."""
    text = escape(lines.fill(wordings()["help"]["line"]))
    return f'<p class="kq-help" role="note">{_with_links(text, (*_digits(lines), lines.tel))}</p>'


def heading(site: Site) -> str:
    """Give the head of the page."""
    return f'<header class="kq-head"><h1>{escape(site.name)}</h1><p>{escape(site.greeting)}</p></header>'


def footer() -> str:
    """Give the disclaimer as it stays on screen."""
    return f'<p class="kq-disclaimer" role="note">{escape(DISCLAIMER)}</p>'


def card(answer: Answer, lines: Lines) -> str:
    """Give a card as HTML: one paragraph a line, its numbers to be dialled; a screen reader says it at once."""
    return f'<div class="kq-card kq-{answer.outcome}" role="alert" tabindex="-1">{_paragraphs(answer, lines)}</div>'


def _paragraphs(answer: Answer, lines: Lines) -> str:
    """Give one paragraph a sentence, each marked with its language, numbers linked."""
    dialled = (*_digits(lines), *(number.tel for number in lines.numbers))
    return "".join(_line(line, lines, dialled) for line in answer.sentences)


def _line(line: AnswerSentence, lines: Lines, dialled: Iterable[str]) -> str:
    name, rest = _named(line.text, lines)
    strong = f"<strong>{escape(name)}</strong>" if name else ""
    return f'<p lang="{escape(line.language)}" dir="auto">{strong}{_with_links(escape(rest), dialled)}</p>'


def _digits(lines: Lines) -> list[str]:
    return re.findall(r"\d+", lines.emergency)


def _with_links(text: str, numbers: Iterable[str]) -> str:
    """Turn each number in an escaped text, where it first stands, into a link that dials it. One to text is none."""
    known = sorted({number for number in numbers if number}, key=len, reverse=True)
    if not known:
        return text
    linked: set[str] = set()

    def link(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        if digits in linked:
            return match[0]
        linked.add(digits)
        return f'<a href="tel:{digits}">{match[0]}</a>'

    either = "|".join("[ -]?".join(number) for number in known)
    return re.sub(rf"(?<![\d-])(?<!\d )(?<![A-Z] to )(?:{either})(?![ -]?\d)", link, text)


def _named(text: str, lines: Lines) -> tuple[str, str]:
    """Part a line that names a help line: the name with its colon, and the rest."""
    for number in lines.numbers:
        if text.startswith(f"{number.name}: "):
            return f"{number.name}:", text.removeprefix(f"{number.name}:")
    return "", text


def message(answer: Answer, turn: int, lines: Lines) -> str:
    """Give an answer as the Markdown of one chat message; its numbers link to the sources panel."""
    if answer.card:
        return f"{card(answer, lines)}\n\n<small>{escape(answer.disclaimer)}</small>"
    if any(sentence.language != "en" for sentence in answer.sentences):
        return f"<div>{_paragraphs(answer, lines)}</div>\n\n<small>{escape(answer.disclaimer)}</small>"
    sentences = [_sentence(text.text, text.citations, turn) for text in answer.sentences]
    blocks = [" ".join(sentences)]
    blocks += [f"*{escape_markdown(notice.text)}*" for notice in answer.notices]
    if answer.outcome == "not_in_sources" and answer.follow_ups:
        blocks.append("Questions it can answer:")
        blocks.append("\n".join(f"- {escape_markdown(question)}" for question in answer.follow_ups))
    blocks.append(f"<small>{escape(answer.disclaimer)}</small>")
    return "\n\n".join(blocks)


def _sentence(text: str, numbers: tuple[int, ...], turn: int) -> str:
    marks = "".join(f" [\\[{number}\\]](#cite-{turn}-{number})" for number in numbers)
    return escape_markdown(text) + marks


def sources(answer: Answer, turn: int) -> str:
    """Give the section of the sources panel for one answer, empty where it cites nothing."""
    if not answer.citations:
        return ""
    entries = "".join(_entry(citation, turn) for citation in answer.citations)
    asked = escape(answer.question)
    return f'<section class="kq-sources"><h2>Sources: <q>{asked}</q></h2><ol>{entries}</ol></section>'


def _entry(citation: Citation, turn: int) -> str:
    return (
        f'<li id="cite-{turn}-{citation.number}" class="kq-cite" tabindex="-1" value="{citation.number}">'
        f"{_evidence(citation)}{_source(citation)}{_passage(citation)}</li>"
    )


def _source(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    opening = '<span class="kq-wording">Our summary of</span> ' if citation.wording == "summary" else ""
    return (
        f'<p class="kq-source">{opening}{_link(citation.title, citation.url)}'
        f'<span class="kq-by">{escape(citation.publisher)}, <time>{escape(citation.published)}</time>{page}'
        f" &middot; {escape(KIND_NAMES[citation.kind])}</span></p>"
    )


def _passage(citation: Citation) -> str:
    before, _, after = citation.passage.partition(citation.quote)
    marked = f"{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}"
    return (
        f'<figure><figcaption>{escape(citation.heading)} <span class="kq-doc">{escape(citation.document)}</span>'
        f"</figcaption><blockquote>{marked}</blockquote></figure>"
    )


def _evidence(citation: Citation) -> str:
    if not citation.evidence:
        return ""
    first, *rest = (f"<li>{_evidence_item(quote)}</li>" for quote in citation.evidence)
    more = f"<details><summary>{len(rest)} more</summary><ul>{''.join(rest)}</ul></details>" if rest else ""
    return f'<div class="kq-evidence"><h3>What it rests on</h3><ul>{first}</ul>{more}</div>'


def _evidence_item(quote: EvidenceQuote) -> str:
    by = f'<span class="kq-by">{escape(quote.publisher)}, <time>{escape(quote.published)}</time></span>'
    return f"<q>{escape(quote.quote)}</q> {_link(quote.title, quote.url)}{by}"


def _link(title: str, url: str) -> str:
    if not url.startswith(SAFE_LINKS):
        return f"<cite>{escape(title)}</cite>"
    return f'<cite><a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(title)}</a></cite>'
