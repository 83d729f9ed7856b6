"""Which medicine a text speaks of: racemic ketamine, esketamine, or their kin. Embeddings barely tell them apart."""

import re

from index.names import expansions, other_medicines

ESKETAMINE = re.compile(r"\b(esketamine|spravato|nasal spray|the spray)\b", re.IGNORECASE)
KETAMINE = re.compile(r"\bketamine\b", re.IGNORECASE)
RELATIVE = re.compile(
    r"\b(?:arketamine|r-ketamine|norketamine|hydroxynorketamine|deschloroketamine|methoxetamine|esmethadone|phencyclidine"
    r"|dextromethorphan|memantine|nitrous oxide|pcp|auvelity|laughing gas)\b",
    re.IGNORECASE,
)
"""Kin of ketamine with figures of their own."""
ALSO = {
    "pcp": "phencyclidine",
    "auvelity": "dextromethorphan",
    "r-ketamine": "arketamine",
    "laughing gas": "nitrous oxide",
}
"""Other names of kin."""
INFUSION = re.compile(r"\b(infusions?|drips?|iv|intravenous|injections?|lozenges?|troches?)\b", re.IGNORECASE)

OURS = re.compile(
    rf"{ESKETAMINE.pattern}|{KETAMINE.pattern}|{INFUSION.pattern}"
    r"|\b(?:treatments?|treated|therapy|sessions?|visits?|appointments?|clinics?|sprays?|trips?|psychedelics?)\b",
    re.IGNORECASE,
)
"""What a question names that is, or may be, about treatment with ketamine."""


def same_drug(question: str, text: str) -> bool:
    """Tell whether a text may answer a question, judged only by the medicine and form each names."""
    asks_spray, asks_drip = bool(ESKETAMINE.search(question)), bool(INFUSION.search(question))
    has_spray = bool(ESKETAMINE.search(text))
    has_drip = bool(INFUSION.search(text)) or (bool(KETAMINE.search(text)) and not has_spray)
    if asks_spray == asks_drip:
        return True
    return has_spray or not has_drip if asks_spray else has_drip or not has_spray


def kin_in(text: str) -> frozenset[str]:
    """Give the kin of ketamine that a text names; what is said of ketamine does not answer a question about them."""
    found = (name.lower() for name in RELATIVE.findall(text))
    return frozenset(ALSO.get(name, name) for name in found)


def asked_of(question: str) -> frozenset[str]:
    """Give the medicine that a question asks about, where it is none of psychiatry and not ketamine; else nothing.

    Such a question ("side effects of metformin") is answered by what names it, however like the rest is.
    """
    named = frozenset() if OURS.search(question) else other_medicines(question)
    return frozenset() if any(map(expansions, named)) else named
