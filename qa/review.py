"""Whether a clinic's clinician has signed what the chat says, and the line that tells visitors."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from corpus.errors import ProjectError
from qa.live_corpus import corpus_of, live_generation
from qa.policy.load import wordings
from qa.review_items import Item, review_items
from qa.settings import Settings
from qa.signatures import Signature, read_signatures
from qa.site import Site

State = Literal["not signed", "changed since", "expired", "signed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands: its signature, if it has one, and whether that still holds."""

    item: Item
    state: State
    signature: Signature | None


def standings(settings: Settings, site: Site, today: date) -> list[Standing]:
    """Give how each item of a site stands. Raises ProjectError where the material or the signatures cannot be read."""
    signed = read_signatures(settings, site.id)
    return [_standing(item, signed.get(item.id), today) for item in site_items(settings, site).values()]


def site_items(settings: Settings, site: Site) -> Mapping[str, Item]:
    """Give what the site's clinician signs, by id. Raises ProjectError where the material cannot be read."""
    generation = live_generation(settings)
    if not generation:
        return review_items(corpus_of(settings, generation), site.id, site.region)
    return _items(settings, generation, site.id, site.region)


def review_line(settings: Settings, site: Site, today: date, document: str = "") -> str:
    """Give the sentence on who has reviewed what is shown, plain text.

    document: the id of one that is quoted, for a sentence on that alone; empty for all that the site says. Only what
    was signed as it is now, by a signature that has not expired, counts; what cannot be read counts as not reviewed.
    """
    said = wordings()["review"]
    try:
        found = standings(settings, site, today)
    except ProjectError:
        return str(said["unsigned"])
    asked = [one for one in found if not document or one.item.id.partition(":")[2] == document]
    signed = [one.signature for one in asked if one.state == "signed" and one.signature]
    if not asked or len(signed) < len(asked):
        return str(said["unsigned"])
    return str(said["signed"]).format(by="; ".join(_signers(signed)))


@lru_cache(maxsize=16)
def _items(settings: Settings, generation: str, site: str, region: str) -> Mapping[str, Item]:
    return review_items(corpus_of(settings, generation), site, region)


def _standing(item: Item, signature: Signature | None, today: date) -> Standing:
    if signature is None:
        return Standing(item, "not signed", None)
    if signature.sha256 != item.sha256:
        return Standing(item, "changed since", signature)
    return Standing(item, "expired" if signature.expires < today else "signed", signature)


def _signers(signed: Iterable[Signature]) -> Iterator[str]:
    """Name each person once, with the last day they signed."""
    last: dict[tuple[str, str], date] = {}
    for signature in signed:
        person = signature.name, signature.role
        last[person] = max(signature.signed, last.get(person, signature.signed))
    return (f"{name}, {role}, on {day.isoformat()}" for (name, role), day in last.items())
