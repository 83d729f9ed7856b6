"""Whether the figures, medicines and dates of a sentence stand in the facts it names."""

import re
from collections.abc import Iterable, Sequence

from corpus.types import Fact

NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})+(?:\.\d+)?|(?<![\w.])\d+(?:\.\d+)?")
WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "once": 1, "twice": 2, "one": 1,
}  # fmt: skip
COUNTED = (
    "seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|doses?|sessions?|infusions?|sprays?|devices?|people"
    "|patients|trials?|studies|in|of|out|times|per ?cent|antidepressants?|treatments?|visits?|points?"
)
WORD_NUMBER = re.compile(
    rf"\b({'|'.join(sorted(WORDS.keys() - {'one', 'once'}))})\b(?=[- ](?:{COUNTED})\b)", re.IGNORECASE
)
SHARE = re.compile(r"\b(\d+(?:\.\d+)?) (?:in|of|out of)(?: every)? (10|100|1000)\b")
PERCENT = re.compile(r"(\d+(?:\.\d+)?)(?=\s?(?:%|per ?cent)|\s?(?:-|–|to)\s?\d+(?:\.\d+)?\s?(?:%|per ?cent))")
PARTS = {"half": (45, 58), "third": (28, 38), "thirds": (62, 71), "quarter": (21, 29), "quarters": (71, 79)}
PART = re.compile(
    r"\b(half(?!-life)|third|thirds|quarter|quarters)\b(?! (?:edition|party|step|dose|trimester|line|infusion))"
)
PART_WORDS = {
    "half": re.compile(r"\bhalf\b(?!-life)|\bhalv"),
    "third": re.compile(r"\bthird"),
    "quarter": re.compile(r"\bquarter"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b(?= \d)|(?<=\d )({'|'.join(MONTHS)})\b")
MEDICINES = (
    "ketamine", "esketamine", "spravato", "ketalar", "arketamine", "midazolam", "naltrexone", "lithium", "lamotrigine",
    "quetiapine", "aripiprazole", "bupropion", "venlafaxine", "duloxetine", "sertraline", "paroxetine", "fluoxetine",
    "escitalopram", "nortriptyline", "olanzapine", "brexpiprazole", "valproate", "riluzole", "memantine",
    "dextromethorphan", "auvelity", "esmethadone", "rapastinel", "zuranolone", "psilocybin", "mdma", "tranylcypromine",
    "phenelzine", "selegiline", "isocarboxazid", "lorazepam", "clonazepam", "modafinil", "armodafinil",
    "methylphenidate", "amphetamines", "adderall", "vyvanse", "ondansetron", "paracetamol", "acetaminophen",
    "ibuprofen", "theophylline", "aminophylline", "vasopressin", "fentanyl", "methamphetamine", "cocaine",
    "buprenorphine",
    "ticlopidine", "clarithromycin", "hydroxynorketamine", "norketamine", "phencyclidine",
)  # fmt: skip
SAME_MEDICINE = {"spravato": "esketamine", "phencyclidine": "pcp"}
TOLERANCE = 1e-9


def unsupported(sentence: str, facts: Sequence[Fact]) -> list[str]:
    """Name each figure, medicine and month of the sentence that stands in none of the facts."""
    evidence = " ".join(
        f"{fact.topic} {fact.statement} {fact.figures} {_year(fact.published)} {_year(fact.edition)} "
        f"{fact.source_title} {fact.publisher}"
        for fact in facts
    )
    undated = _without_dates(sentence, facts)
    return [
        *(f"figure {number:g}" for number in _figures(undated) if not _stands(number, undated, evidence)),
        *(f"'{part}'" for part in PART.findall(sentence.lower()) if not _part_stands(part, evidence)),
        *(f"medicine {name}" for name in medicines_of(sentence) if name not in _medicines_known(evidence)),
        *(f"month {month}" for month in _months(sentence) if not _month_stands(month, evidence, facts)),
    ]


def _year(text: str) -> str:
    """Give a text with its ISO dates cut to the year: month and day numbers support no figure."""
    return re.sub(r"\b(\d{4})-\d{2}(-\d{2})?\b", r"\1", text)


def _without_dates(sentence: str, facts: Sequence[Fact]) -> str:
    """Leave out the days on which the facts were published, written as in "5 March 2019"."""
    for year, month, day in (fact.published.split("-") for fact in facts if fact.published.count("-") == 2):
        sentence = sentence.replace(f"{int(day)} {MONTHS[int(month) - 1]} {year}", "")
    return sentence


def _figures(text: str) -> list[float]:
    plain = WORD_NUMBER.sub(lambda match: str(WORDS[match[1].lower()]), text)
    return [float(token.replace(",", "")) for token in NUMBER.findall(plain)]


def numbers_of(text: str) -> set[float]:
    """Give every number of a text, in digits or words."""
    spelled = re.sub(rf"\b({'|'.join(WORDS)})\b", lambda match: str(WORDS[match[1].lower()]), text, flags=re.IGNORECASE)
    return {float(token.replace(",", "")) for token in re.findall(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", spelled)}


def _stands(number: float, sentence: str, evidence: str) -> bool:
    known = numbers_of(evidence)
    if any(abs(number - other) < TOLERANCE for other in known):
        return True
    plain = WORD_NUMBER.sub(lambda match: str(WORDS[match[1].lower()]), sentence).replace("1,000", "1000")
    shares = [(float(count), float(whole)) for count, whole in SHARE.findall(plain)]
    return any(number in share and _share_stands(*share, evidence) for share in shares)


def _share_stands(count: float, whole: float, evidence: str) -> bool:
    step = 100 / whole
    return any(abs(percent - count * step) <= step / 2 for percent in _percentages(evidence))


def _percentages(evidence: str) -> Iterable[float]:
    return (float(token) for token in PERCENT.findall(evidence))


def _part_stands(part: str, evidence: str) -> bool:
    low, high = PARTS[part]
    written = PART_WORDS[part.removesuffix("s")].search(evidence.lower())
    return bool(written) or any(low <= percent <= high for percent in _percentages(evidence))


def medicines_of(text: str) -> set[str]:
    """Give the medicines that a text names, one name for each."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    return {SAME_MEDICINE.get(name, name) for name in MEDICINES if name in words}


def _medicines_known(evidence: str) -> set[str]:
    """Give the medicines of the facts; where they name neither of the two, ketamine, the ledger's subject, is meant."""
    known = medicines_of(evidence)
    return known if known & {"ketamine", "esketamine"} else known | {"ketamine"}


def _months(text: str) -> list[str]:
    return [first or second for first, second in MONTH.findall(text)]


def _month_stands(month: str, evidence: str, facts: Sequence[Fact]) -> bool:
    number = f"{MONTHS.index(month) + 1:02d}"
    dates = " ".join(f"{fact.published} {fact.figures} {fact.edition} {fact.valid_until}" for fact in facts)
    dated = re.findall(r"\d{4}-(\d{2})", dates)
    return bool(re.search(rf"\b({month}|{month[:3]})\b", evidence)) or number in dated
