"""`corpus review` and `corpus sign`: what a clinic's clinician has not signed, and signing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.errors import SettingsError
from index.build import index_status
from qa.commands.said import Said, typed
from qa.review import Standing, review_line, site_items, standings
from qa.review_items import Item
from qa.settings import Settings
from qa.signatures import Signature, add_signatures

VALID_DAYS = 365
"""Days that a signature holds where no last day is given."""
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Signing:
    """What was typed for `corpus sign`. items: ids; every_item: all of them instead. expires: None for a year."""

    site: str
    name: str
    role: str
    items: Sequence[str] = ()
    every_item: bool = False
    expires: date | None = None


def review(settings: Settings, site: str | None, show: str | None, today: date) -> Said:
    """List what is not signed as it is now, or show the text of one item. Raises ProjectError."""
    where = settings.site(site)
    if show is not None:
        return Said((_known(site_items(settings, where), [show])[0].text,))
    found = standings(settings, where, today)
    waiting = [one for one in found if one.state != "signed"]
    counts = f"{len(found) - len(waiting)} of {len(found)} items are signed"
    shown = f"The chat says: {review_line(settings, where, today)}"
    return Said((*_stale_lines(settings), *map(_listed, waiting), counts, shown))


def sign(settings: Settings, signing: Signing, today: date) -> Said:
    """Sign items as they are now, under the name that was typed. Raises ProjectError; nothing is signed then."""
    settings.check_site_id(signing.site)
    where = settings.site(signing.site)
    name, role = typed("name", signing.name, LONGEST_NAME), typed("role", signing.role, LONGEST_NAME)
    expires = signing.expires or today + timedelta(days=VALID_DAYS)
    if expires < today:
        raise SettingsError(f"The last day {expires} has passed.", "Give a later day with --expires.")
    if signing.every_item == bool(signing.items):
        raise SettingsError("It is not said what is signed.", "Give items as listed by 'corpus review', or --all.")
    known = site_items(settings, where)
    chosen = list(known.values()) if signing.every_item else _known(known, signing.items)
    add_signatures(settings, where.id, [Signature(item.id, name, role, today, item.sha256, expires) for item in chosen])
    told = [f"signed: {item.id}" for item in chosen]
    line = f"The chat says: {review_line(settings, where, today)}"
    return Said((*_stale_lines(settings), *told, f"{len(told)} items by {name}, {role}, until {expires}", line))


def _known(items: Mapping[str, Item], wanted: Sequence[str]) -> list[Item]:
    lacking = [name for name in wanted if name not in items]
    if lacking:
        raise SettingsError(f"There is no item {', '.join(lacking)}.", "See 'ketamine-qa corpus review'.")
    return [items[name] for name in dict.fromkeys(wanted)]


def _listed(one: Standing) -> str:
    by = one.signature
    if by is None:
        return f"{one.item.id}: not signed"
    if one.state == "expired":
        return f"{one.item.id}: the signature of {by.name}, {by.role}, expired on {by.expires}"
    return f"{one.item.id}: changed since {by.name}, {by.role}, signed it on {by.signed}"


def _stale_lines(settings: Settings) -> list[str]:
    """Say where the live index, whose material is signed, is not what lies in the folders."""
    reasons = index_status(settings.place).reasons
    told = f"look: {'; '.join(reasons)}. What is signed is what the live index quotes."
    return [told] if reasons else []
