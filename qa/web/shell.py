"""What stands around the chat on its page, made for a site: it needs no script, so that help is there in any case."""

import json
from collections.abc import Iterable
from html import escape as escape_html

from qa.disclaimer import DISCLAIMER
from qa.policy.page import by_topic, page_words
from qa.site import Site
from qa.web.dates import spoken_date
from qa.web.panel import escape, footer, help_line

MARK = (
    '<svg class="kq-mark" viewBox="0 0 40 40" aria-hidden="true"><rect width="40" height="40" rx="11"/>'
    '<path d="M11 13.5a3 3 0 0 1 3-3h12a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-6.5L14 29.5v-5a3 3 0 0 1-3-3z"/>'
    '<path class="kq-mark-line" d="M15.5 15.5h9M15.5 19.500h6"/></svg>'
)
SIZES = (("small", "A&minus;", "Smaller text"), ("normal", "A", "Normal text"), ("large", "A+", "Larger text"))


def opening(site: Site) -> str:
    """Give what stands above the chat: the help line, the head, and a word that the script takes away."""
    words = page_words().words
    return (
        '<a class="kq-skip" href="#kq-question">Go to the question</a>'
        f'<aside id="kq-helpline" aria-label="Help now">{help_line(site.lines)}{_exit(words["exit_note"])}</aside>'
        f'<header id="kq-top"><div class="kq-name">{MARK}<div><h1>{escape(site.name)}</h1>'
        f"<p>{escape(site.greeting)}</p>{_contacts(site)}</div></div>{_tools()}</header>"
        f'<p id="kq-loading" role="status"><span class="kq-no-script">{escape(words["no_script"])}</span>'
        f"<span hidden>{escape(words['loading'])}</span></p>"
    )


def closing() -> str:
    """Give what stands below the chat: the fixed line, the disclaimer, and the sheet for an appointment."""
    words = page_words().words
    return (
        f'<footer id="kq-footer"><p class="kq-treated">{escape(words["treated"])}</p>'
        f"{footer()}</footer>{_sheet()}"
        '<p id="kq-status" class="kq-hidden" role="status"></p>'
        '<div id="kq-idle" role="alertdialog" aria-labelledby="kq-idle-text" hidden><p id="kq-idle-text"></p>'
        '<button type="button">Keep the conversation</button></div><div id="kq-print"></div>'
    )


def welcome(site: Site) -> str:
    """Give what the chat can and cannot do, and the suggested questions by topic."""
    said = page_words()
    groups = by_topic(site.suggested_questions, said.topics, said.words["other_questions"])
    listed = "".join(
        f"<section><h3>{escape(group.name)}</h3><ul>{''.join(map(_suggestion, group.questions))}</ul></section>"
        for group in groups
    )
    able = f'<p class="kq-can">{escape(said.words["can"])}</p><p class="kq-cannot">{escape(said.words["cannot"])}</p>'
    questions = f'<h2>Questions to start with</h2><div class="kq-topics">{listed}</div>' if groups else ""
    return f'<div class="kq-welcome">{able}{questions}</div>'


def empty_panel(site: Site, newest: str, reviewed: str) -> str:
    """Give the sources panel before the first answer, and what stands at its end.

    newest: date of the newest source, empty if unknown. reviewed: who has reviewed the material.
    """
    words = page_words().words
    dated = escape(words["newest"].format(date=spoken_date(newest))) + " " if newest else ""
    return (
        f'<p class="kq-empty">{escape(words["empty_panel"])}</p><div class="kq-list"></div>'
        f'<p class="kq-about">{dated}<span class="kq-review">{escape(reviewed)}</span></p>{_clinic_says(site)}'
    )


def script_words() -> str:
    """Give the wordings for the page's script, as JSON that may stand inside a script element."""
    said = page_words()
    record = {**said.words, "sheet": dict(said.sheet), "reasons": dict(said.reasons), "disclaimer": DISCLAIMER}
    return json.dumps(record).replace("<", "\\u003c")


def _exit(note: str) -> str:
    return f'<button type="button" id="kq-exit" title="{escape(note)}">Leave this page</button>'


def _contacts(site: Site) -> str:
    """Give the clinic's own numbers and pages, those that it has."""
    named = ((site.phone, "Phone"), (site.out_of_hours_phone, "Out of hours"))
    entries = [f"{name} {_phone(number)}" for number, name in named if number]
    pages = ((site.contact_page, "Contact"), (site.privacy_page, "Privacy"))
    entries += [
        f'<a href="{escape_html(page)}" target="_blank" rel="noopener">{name}</a>' for page, name in pages if page
    ]
    items = "".join(f"<li>{entry}</li>" for entry in entries)
    return f'<ul class="kq-contacts" aria-label="This clinic">{items}</ul>' if items else ""


def _clinic_says(site: Site) -> str:
    """Give what the clinic says it keeps, and where a wrong answer is reported to it."""
    words = page_words().words
    said = [words["keeps"].format(keeps=site.keeps)] if site.keeps else []
    said += [words["incident"].format(contact=site.incident_contact)] if site.incident_contact else []
    return f'<p class="kq-about kq-clinic-says">{escape(" ".join(said))}</p>' if said else ""


def _phone(number: str) -> str:
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return f'<a href="tel:{digits}">{escape(number)}</a>'


def _tools() -> str:
    sizes = "".join(
        f'<button type="button" data-size="{size}" aria-pressed="{"true" if size == "normal" else "false"}" '
        f'aria-label="{name}" title="{name}">{sign}</button>'
        for size, sign, name in SIZES
    )
    return (
        f'<div class="kq-tools"><div role="group" aria-label="Text size" class="kq-sizes">{sizes}</div>'
        '<button type="button" id="kq-take" aria-haspopup="dialog">Take to my appointment</button>'
        '<button type="button" id="kq-restart">Start over</button>'
        '<button type="button" id="kq-close" hidden aria-label="Close the chat">Close</button></div>'
    )


def _suggestion(question: str) -> str:
    return f'<li><button type="button" class="kq-ask">{escape(question)}</button></li>'


def _sheet() -> str:
    said = page_words().sheet
    actions = (("kq-sheet-print", "Print"), ("kq-sheet-pdf", "Save as PDF"), ("kq-sheet-close", "Close"))
    return (
        '<dialog id="kq-sheet" aria-labelledby="kq-sheet-title"><form method="dialog">'
        f'<h2 id="kq-sheet-title">{escape(said["title"])}</h2><p>{escape(said["intro"])}</p>'
        f'<h3>{escape(said["mine"])}</h3><ol id="kq-mine"></ol>'
        '<button type="button" id="kq-mine-add">Add a question</button>'
        f'<h3>{escape(said["asked"])}</h3><p class="kq-private">{escape(said["private"])}</p>'
        f'<div id="kq-asked"></div><p id="kq-sheet-said" role="status"></p>{_buttons(actions)}</form></dialog>'
    )


def _buttons(actions: Iterable[tuple[str, str]]) -> str:
    made = "".join(f'<button type="button" id="{name}">{text}</button>' for name, text in actions)
    return f'<div class="kq-actions">{made}</div>'
