"""What a clinic's clinician reads and signs, item by item, each as the very text that is signed."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import ModuleType

from corpus.types import Corpus, Document, Fact
from index import readings
from qa import compose, triage
from qa.cards import cards
from qa.policy.lines import Lines, regions
from qa.policy.load import policy_text

POLICY = {
    "card:other-languages": "languages.toml",
    "rule:triage": "triage.toml",
    "rule:beside": "beside.toml",
    "rule:preparation": "preparation.toml",
    "rule:amounts": "amounts.toml",
    "wording:all": "wordings.toml",
}
"""Policy files that are signed whole, by item."""
THRESHOLDS: Mapping[str, tuple[ModuleType, tuple[str, ...]]] = {
    "threshold:triage": (
        triage,
        ("DANGER", "DANGER_IN_PART", "EMERGENCY_SHARE", "DECLINE", "DECLINE_AGREED", "ABUSE", "MINOR", "SAME_DAY"),
    ),
    "threshold:answerable": (readings, ("ANSWERABLE", "KNOWN", "UNRELATED")),
    "threshold:sentences": (compose, ("LEAST", "ADDS", "ADDS_SHARE", "RUN_SHARE", "SAME_WORDS", "TWIN_WORDS")),
}
"""Named numbers by which it is decided what is said, by item."""
UNSIGNED = ("facts", "seen", "checked", "recheck_days")
"""What of a number concerns its upkeep alone."""
OWN_KIND = {"clinic": "document"}
"""How a kind of document is called among the items, where it is not by its own name."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to sign. id: `kind:name`. text: all that is signed. sha256: of the text in UTF-8."""

    id: str
    text: str
    sha256: str


def review_items(corpus: Corpus, site: str, region: str) -> dict[str, Item]:
    """Give the items of a site in their order: what it quotes, then cards, numbers, thresholds, rules, wordings.

    The texts depend on the corpus and the policy files alone, so that a signature holds until one of these changes.
    """
    documents = [document for document in corpus.documents if document.site in ("", site)]
    own_first = sorted(documents, key=lambda document: document.site == "")
    listed = [
        *(_item(document_item(document), _document_text(document, corpus.facts)) for document in own_first),
        _item(f"numbers:{region}", _numbers_text(regions()[region])),
        *_policy_items(),
    ]
    return {item.id: item for item in listed}


def document_item(document: Document) -> str:
    """Give the id of a document's item."""
    return f"{OWN_KIND.get(document.kind, document.kind)}:{document.id}"


def _policy_items() -> Iterator[Item]:
    for name, card in cards().items():
        lines = (
            card.outcome,
            *card.lines,
            *([f"unless numbers: {card.unless_numbers}"] if card.unless_numbers else []),
        )
        yield _item(f"card:{name}", "\n".join(lines))
    for name, (module, constants) in THRESHOLDS.items():
        yield _item(name, "\n".join(f"{constant} = {getattr(module, constant)}" for constant in constants))
    for name, file in POLICY.items():
        yield _item(name, policy_text(file))


def _document_text(document: Document, facts: Mapping[str, Fact]) -> str:
    """Give a document as it is quoted: headings, sentences, and what each rests on."""
    lines = [document.title, *([document.url] if document.url else [])]
    for passage in document.passages:
        lines += ["", f"{' - '.join(passage.heading)}  #{passage.anchor}"]
        for sentence in passage.sentences:
            mark = "+ " if sentence.companion else ""
            lines.append(f"{mark}{document.text[sentence.start : sentence.end]}")
            lines += [f"    {_fact_text(facts[name])}" for name in sentence.facts]
    return "\n".join(lines)


def _fact_text(fact: Fact) -> str:
    parts = (
        f"{fact.id}: {fact.statement}", fact.figures, fact.source_title, fact.publisher, fact.published, fact.url,
        f"until {fact.valid_until}" if fact.valid_until else "",
    )  # fmt: skip
    return " | ".join(part for part in parts if part)


def _numbers_text(lines: Lines) -> str:
    """Give a region's numbers; the days on which they are read again and again are not part of what is signed."""
    heads = [lines.name, f"emergency: {lines.emergency}", *([lines.note] if lines.note else [])]
    for number in lines.numbers:
        heads += ["", *(f"{key}: {value}" for key, value in asdict(number).items() if key not in UNSIGNED)]
    return "\n".join(heads)


def _item(name: str, text: str) -> Item:
    return Item(name, text, hashlib.sha256(text.encode()).hexdigest())
