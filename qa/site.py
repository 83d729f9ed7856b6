"""What a site sets: `sites/<id>.toml`. The disclaimer, triage and citations are not among it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from corpus.errors import SettingsError
from qa.policy.lines import NO_REGION, Lines, regions

ANY_ORIGIN = "*"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
PHONE = re.compile(r"\+?\d[\d ()./-]{3,24}")
ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?")
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Limits:
    """How many questions a minute: of one client, and of all clients of the site together."""

    client_per_minute: int = 20
    site_per_minute: int = 600


@dataclass(frozen=True, slots=True)
class Site:
    """What one site shows and allows; texts and addresses are empty where it sets none.

    id: empty for the default site. region: key of `qa/policy/lines.toml`, `none` where the site names no region. keeps:
    what is kept of a conversation, and how long. responsible: who at the clinic answers for the chat. incident_contact:
    where a wrong answer is reported. accent: `#rrggbb`. allowed_origins: `https://host[:port]` of the pages that may
    embed the chat, or `*`. api_key_sha256: SHA-256 of the key that requests without an Origin must bear.
    """

    name: str
    region: str
    greeting: str
    suggested_questions: tuple[str, ...]
    id: str = ""
    phone: str = ""
    out_of_hours_phone: str = ""
    contact_page: str = ""
    privacy_page: str = ""
    keeps: str = ""
    responsible: str = ""
    incident_contact: str = ""
    accent: str = ""
    allowed_origins: tuple[str, ...] = ()
    limits: Limits = field(default=Limits())
    api_key_sha256: str = field(default="", repr=False)

    @property
    def lines(self) -> Lines:
        """The numbers of the site's region."""
        return regions()[self.region]

    @property
    def phones(self) -> str:
        """How the clinic is reached by phone, by day and out of hours; empty where it has said neither."""
        named = ((self.phone, "{}"), (self.out_of_hours_phone, "out of hours {}"))
        return ", ".join(said.format(number) for number, said in named if number)


def site_from(name: str, place: str, record: Mapping[str, Any]) -> Site:
    """Give the site `name` as a record sets it. place: where that stands. Raises SettingsError with every fault."""
    filled = {**record, "region": record.get("region") or NO_REGION}
    faults = [f"{key!r} cannot be set" for key in sorted(filled.keys() - FIELDS.keys())]
    faults += [f"{key} is missing" for key in NEEDED if key not in filled]
    faults += [f"{key} {told}" for key, (holds, told) in FIELDS.items() if key in filled and not holds(filled[key])]
    if faults:
        raise SettingsError(f"{place}: {', '.join(faults)}.", "Correct the file.")
    lists = {key: tuple(value) for key, value in filled.items() if isinstance(value, list)}
    return Site(**{**filled, **lists, "id": name, "limits": Limits(**filled.get("limits", {}))})


def is_origin(value: object) -> bool:
    """Tell whether a value is an origin as browsers send it, or the star that stands for every origin."""
    if not isinstance(value, str):
        return False
    return value == ANY_ORIGIN or ORIGIN.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _is_page(value: object) -> bool:
    return value == "" or (isinstance(value, str) and urlsplit(value).scheme in ("https", "http"))


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: value == "" or (isinstance(value, str) and pattern.fullmatch(value) is not None)


def _lists(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(holds, value))


def _is_limits(value: object) -> bool:
    known = Limits.__dataclass_fields__
    return isinstance(value, dict) and all(key in known and type(n) is int and n > 0 for key, n in value.items())


NEEDED = ("name", "greeting", "suggested_questions")
TEXT = (_is_text, f"is not text of at most {LONGEST_TEXT} characters")
PHONE_NUMBER = (_matches(PHONE), "is not a phone number")
WEB_PAGE = (_is_page, "is not a web address")
FIELDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": TEXT,
    "region": (lambda value: value in regions(), "is not one of the regions of qa/policy/lines.toml"),
    "greeting": TEXT,
    "suggested_questions": (_lists(_is_text), "is not a list of texts"),
    "phone": PHONE_NUMBER,
    "out_of_hours_phone": PHONE_NUMBER,
    "contact_page": WEB_PAGE,
    "privacy_page": WEB_PAGE,
    "keeps": TEXT,
    "responsible": TEXT,
    "incident_contact": TEXT,
    "accent": (_matches(COLOUR), "is not a colour such as #005eb8"),
    "allowed_origins": (_lists(is_origin), "is not a list of origins such as https://clinic.example"),
    "limits": (_is_limits, "is not a table of client_per_minute and site_per_minute, each at least 1"),
    "api_key_sha256": (_matches(SHA256), "is not a SHA-256 in hexadecimal digits"),
}
"""What a site may set: what a value must be, and what is said where it is not."""
