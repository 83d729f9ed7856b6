"""Answers as HTML for the chat: an answer, a card, the help line, the disclaimer. Every text is escaped here."""

import re
from collections.abc import Iterable, Sequence
from html import escape as escape_html

from qa.disclaimer import DISCLAIMER
from qa.policy.lines import Lines
from qa.policy.load import wordings
from qa.surroundings import Around
from qa.types import Answer, AnswerSentence, Notice

SHOWN = 3
"""Sentences of an answer that are seen before "More"."""
ABOVE = ("same_day", "see_clinician")
"""Notices that stand above the answer; the others stand below it."""
ABOUT_TWO = ("sources_differ", "newer_source")
"""Notices whose sentences stay together, because one qualifies another."""
FAULT = '<div class="kq-answer kq-fault">'
"""How a chat message that tells of a fault begins."""


def escape(text: str) -> str:
    """Give the text for HTML; line breaks become spaces, because an empty line would end the block it stands in."""
    return " ".join(escape_html(text).split("\n"))


def help_line(lines: Lines) -> str:
    """Give the permanent "Need help now?" line with the region's numbers, as links where they can be dialled."""
    return f'<p class="kq-help" role="note">{_help(lines)}</p>'


def footer() -> str:
    """Give the disclaimer as it stays on screen."""
    return f'<p class="kq-disclaimer" role="note">{escape(DISCLAIMER)}</p>'


def _help(lines: Lines) -> str:
    return _linked(lines.fill(wordings()["help"]["line"]), lines)


def _linked(text: str, lines: Lines) -> str:
    """Give a text escaped, the emergency number and the crisis line in it as links."""
    return _with_links(escape(text), (*_digits(lines), lines.tel))


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
    return re.sub(rf"(?<![\d-])(?<!\d )(?<![A-Z] to )(?<!can text )(?:{either})(?![ -]?\d)(?! BSL)", link, text)


def _named(text: str, lines: Lines) -> tuple[str, str]:
    """Part a line that names a help line: the name with its colon, and the rest."""
    for number in lines.numbers:
        if text.startswith(f"{number.name}: "):
            return f"{number.name}:", text.removeprefix(f"{number.name}:")
    return "", text


def message(answer: Answer, turn: int, lines: Lines, surroundings: Sequence[Around] = ()) -> str:
    """Give an answer as one chat message; its numbers link to the sources panel.

    surroundings: of each citation in order; a sentence that is bound to the one before it is not parted from it.
    """
    said = f"<small>{escape(answer.disclaimer)}</small>"
    if answer.card:
        return f"{card(answer, lines)}\n\n{said}"
    if any(sentence.language != "en" for sentence in answer.sentences):
        return f'<div class="kq-answer">{_paragraphs(answer, lines)}</div>\n\n{said}'
    above = "".join(_notice(notice, turn, lines) for notice in answer.notices if notice.kind in ABOVE)
    below = "".join(_notice(notice, turn, lines) for notice in answer.notices if notice.kind not in ABOVE)
    body = f"{above}{_said(answer, turn, surroundings)}{below}{_near(answer)}"
    return f'<div class="kq-answer" id="kq-answer-{turn}">{body}</div>\n\n{said}'


def fault(text: str, lines: Lines) -> str:
    """Give a fault as a chat message: one sentence, and where help is."""
    return f"{FAULT}<p>{escape(text)}</p><p>{_help(lines)}</p></div>"


def is_fault(message: str) -> bool:
    """Tell whether a chat message is one that `fault` made."""
    return message.startswith(FAULT)


def shown_first(answer: Answer, surroundings: Sequence[Around]) -> int:
    """Give how many sentences are seen before "More": three at most, and none without what belongs to it."""
    whole = len(answer.sentences)
    if whole <= SHOWN or any(notice.kind in ABOUT_TWO for notice in answer.notices):
        return whole
    bound = [_is_bound(sentence, surroundings) for sentence in answer.sentences]
    return next((place for place in range(SHOWN, 0, -1) if not bound[place]), whole)


def _is_bound(sentence: AnswerSentence, surroundings: Sequence[Around]) -> bool:
    return any(surroundings[number - 1].bound for number in sentence.citations if number <= len(surroundings))


def _said(answer: Answer, turn: int, surroundings: Sequence[Around]) -> str:
    """Give the sentences, in a paragraph, and what is behind "More" in another."""
    own = {citation.number for citation in answer.citations if citation.kind == "clinic"}
    marked = [_sentence(sentence, turn, own) for sentence in answer.sentences]
    first = shown_first(answer, surroundings)
    lead, rest, later = marked[0], " ".join(marked[1:first]), " ".join(marked[first:])
    said = f'<p class="kq-said"><span class="kq-lead">{lead}</span> {rest}</p>'
    return f'{said}<details class="kq-more"><summary>More</summary><p>{later}</p></details>' if later else said


def _sentence(sentence: AnswerSentence, turn: int, own: set[int]) -> str:
    """Give one sentence with its numbers, marked where it is the clinic's own."""
    marks = "".join(f' <a href="#cite-{turn}-{number}">[{number}]</a>' for number in sentence.citations)
    clinic = wordings()["provenance"]["clinic_publisher"]
    opening = f'<span class="kq-from">{escape(clinic)}</span> ' if own.intersection(sentence.citations) else ""
    return f'<span class="kq-sentence">{opening}{escape(sentence.text)}{marks}</span>'


def _notice(notice: Notice, turn: int, lines: Lines) -> str:
    text = _linked(notice.text, lines)
    beside = f' <a href="#differ-{turn}">See them side by side</a>' if notice.kind in ABOUT_TWO else ""
    return f'<p class="kq-notice kq-{notice.kind}">{text}{beside}</p>'


def _near(answer: Answer) -> str:
    """Give the nearest questions that can be answered, where this one cannot."""
    if answer.outcome != "not_in_sources" or not answer.follow_ups:
        return ""
    asked = "".join(f'<li class="kq-near">{escape(question)}</li>' for question in answer.follow_ups)
    return f"<p>Questions it can answer:</p><ul>{asked}</ul>"
