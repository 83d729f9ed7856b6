"""`corpus withdraw`, `corpus restore` and `corpus corrections`: taking out of the chat what is wrong, and saying so."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from corpus.corrections import add_correction, read_corrections
from corpus.errors import CorpusError
from corpus.types import Corpus, Document
from corpus.withdrawn import (
    FORM,
    Correction,
    Placed,
    Target,
    Withdrawn,
    all_sentences,
    in_force,
    opens_with,
    parse_target,
    sentences_of,
    withdrawn_from,
)
from qa.commands.said import Said, typed
from qa.live_corpus import live_corpus
from qa.settings import Settings

MOST_SHOWN = 12
SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&]")
DONE = {"withdraw": "withdrawn", "restore": "restored"}
NOT_BUILT = "It holds from the next question on; the index need not be built."


def withdraw(settings: Settings, written: str, reason: str, site: str | None, now: datetime) -> Said:
    """Take a sentence, a passage or a document out. now: with its time zone. Raises ProjectError."""
    where, why, target = _site(settings, site), typed("reason", reason), parse_target(written)
    corpus = live_corpus(settings)
    log = read_corrections(settings.corrections)
    named = _named(target, corpus)
    quotes = tuple(one.text for one in named) if target.anchor else ()
    entry = Correction(_stamp(now), "withdraw", target, quotes, why, where)
    if entry.key in {one.key for one in in_force(log)}:
        raise CorpusError(f"{target} is withdrawn already.", "See 'ketamine-qa corpus corrections'.")
    before = withdrawn_from(corpus, in_force(log, where))
    add_correction(settings.corrections, entry)
    after = withdrawn_from(corpus, in_force([*log, entry], where))
    place = f"on the site {where}" if where else "on every site"
    gone = (one for one in all_sentences(corpus) if one.key in after.places - before.places)
    lines = [f"withdrawn {place}: {one.place}: {one.text}" for one in gone]
    return Said((*lines, *_still_quoted(corpus, named, after), NOT_BUILT))


def restore(settings: Settings, written: str, reason: str, site: str | None, now: datetime) -> Said:
    """Put back what was withdrawn. Raises ProjectError where it is not."""
    where, why, target = _site(settings, site), typed("reason", reason), parse_target(written)
    held = in_force(read_corrections(settings.corrections))
    found = [entry for entry in held if entry.site == where and _is_same(target, entry)]
    if len(found) != 1:
        listed = "; ".join(_named_entry(entry) for entry in held) or "nothing"
        raise CorpusError(f"{target} is not what was withdrawn.", f"Withdrawn now: {listed}.")
    ended = found[0]
    add_correction(
        settings.corrections, Correction(_stamp(now), "restore", ended.target, ended.quotes, why, ended.site)
    )
    return Said((f"restored: {_named_entry(ended)}", NOT_BUILT))


def corrections(settings: Settings, site: str | None) -> Said:
    """Give the correction log in Markdown, the newest entry first. site: what holds there only, beside the rest."""
    where = _site(settings, site)
    corpus = live_corpus(settings)
    log = [entry for entry in read_corrections(settings.corrections) if entry.site in ("", where)]
    return Said(tuple(_markdown(log, corpus)))


def _site(settings: Settings, site: str | None) -> str:
    return settings.site(site).id


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _named(target: Target, corpus: Corpus) -> list[Placed]:
    """Give the sentences that a target names. Raises CorpusError where they are none, or several by opening words."""
    named = sentences_of(target, corpus)
    if not named:
        document = corpus.by_id.get(target.document)
        anchors = [passage.anchor for passage in document.passages] if document else []
        known = f"Its passages: {', '.join(anchors)}." if anchors else "See 'ketamine-qa corpus list'."
        raise CorpusError(f"The live index has nothing at {target}.", f"{FORM} {known}")
    if target.words and len(named) > 1:
        listed = "; ".join(one.text for one in named)
        raise CorpusError(f"Several sentences open with {target.words!r}: {listed}", "Type more of its opening words.")
    return named


def _still_quoted(corpus: Corpus, named: Iterable[Placed], withdrawn: Withdrawn) -> list[str]:
    """Name the sentences that rest first on the same facts and can still be quoted: they may be as wrong."""
    facts = {fact for one in named for fact in one.sentence.facts[:1]}
    others = [
        one for one in all_sentences(corpus)
        if facts.intersection(one.sentence.facts[:1]) and one.key not in withdrawn.places
    ]  # fmt: skip
    lines = [f"look: still quoted, on the same fact: {one.place}: {one.text}" for one in others[:MOST_SHOWN]]
    return [*lines, *([f"look: and {len(others) - MOST_SHOWN} more"] if len(others) > MOST_SHOWN else [])]


def _is_same(target: Target, entry: Correction) -> bool:
    """Tell whether what was typed names what was withdrawn; of a sentence, any of its opening words will do."""
    held = entry.target
    if (target.document, target.anchor, bool(target.words)) != (held.document, held.anchor, bool(held.words)):
        return False
    return not target.words or any(opens_with(quote, target.words) for quote in entry.quotes)


def _named_entry(entry: Correction) -> str:
    return f"{entry.target} (on the site {entry.site})" if entry.site else str(entry.target)


def _markdown(log: Sequence[Correction], corpus: Corpus) -> Iterator[str]:
    held = {entry.key for entry in in_force(log)}
    yield "# Corrections"
    yield ""
    yield (
        "What this chat stopped quoting, what it quotes again, when and why."
        if log
        else "Nothing was withdrawn so far."
    )
    for entry in reversed(log):
        document = corpus.by_id.get(entry.target.document)
        yield from _entry(entry, document, open_still=entry.action == "withdraw" and entry.key in held)


def _entry(entry: Correction, document: Document | None, *, open_still: bool) -> Iterator[str]:
    title = document.title if document else entry.target.document
    part = f"{entry.target.document}#{entry.target.anchor}" if entry.target.anchor else entry.target.document
    yield from ("", f"## {entry.at[:10]}: {DONE[entry.action]}", "")
    yield f"In: {_escaped(title)} ({_escaped(part)})" + (f", on the site {entry.site} only" if entry.site else "")
    if not entry.target.words:
        yield "\nThe whole passage." if entry.target.anchor else "\nThe whole document."
    else:
        yield from (f"\n> {_escaped(quote)}" for quote in entry.quotes)
    yield f"\nWhy: {_escaped(entry.reason)}"
    if open_still:
        yield "\nIt is not quoted now."


def _escaped(text: str) -> str:
    return SPECIAL.sub(lambda match: f"\\{match[0]}", " ".join(text.split()))
