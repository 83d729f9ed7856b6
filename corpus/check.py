"""Everything `ketamine-qa corpus check` verifies: form, provenance, figures, safety, coverage; every fault at once."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from corpus.clinic import SiteDocument, load_site_documents
from corpus.conflicts import find_conflicts
from corpus.differences import read_differences
from corpus.errors import CorpusError
from corpus.figures import unsupported
from corpus.ledger import read_ledger
from corpus.loaders import DIFFERENCES, DOCUMENTS, LEDGER, Loaded, load_documents
from corpus.questions import QUESTIONS, read_asked, stale_questions
from corpus.sentences import leans_back, split_sentences
from corpus.types import Difference, Document, Dropped, Fact, Passage, Sentence, Unit

UNUSED = "unused.toml"
FIRST_SENTENCE_WORDS = 20
ASKED_AS_MOST = 8
ASKED_AS_LEAST = {"guide": 3, "source": 0}
UNIT_SENTENCES = 3
MARKUP = re.compile(r"\*\*|__|\]\(|^[-*>] |`|https?://|<[a-z/]", re.IGNORECASE)
SELF_ANSWER = re.compile(r"(Yes|No)[,.;:!]|(It depends|Maybe|Also)\b")
ENDING = re.compile(r"[.!?][\"')’”]*$")
PROVIDER_NOISE = re.compile(r"\(.*?\)|\b(clinic page|NHS Foundation Trust|example)\b|[,;].*$")
PROVIDER_NAME_WORDS = 2
WIDE_NAMES = {"Independent provider website", "Ketamine center blog"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the check has to say about a place in the corpus."""

    severity: Literal["error", "warning"]
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check: findings, what was dropped from plain documents, and counts."""

    findings: tuple[Finding, ...]
    dropped: tuple[tuple[str, Dropped], ...]
    counts: Mapping[str, int]

    @property
    def errors(self) -> int:
        """The number of findings that forbid a release."""
        return sum(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Material:
    documents: tuple[Document, ...]
    facts: Mapping[str, Fact]
    differences: tuple[Difference, ...]
    unused: Mapping[str, str]
    today: date

    def sentences(self, *kinds: str) -> Iterator[tuple[Document, Passage, Sentence]]:
        for document in self.documents:
            if document.kind in kinds:
                for passage in document.passages:
                    for sentence in passage.sentences:
                        yield document, passage, sentence

    def units(self, *kinds: str) -> Iterator[tuple[Document, Passage, Unit]]:
        for document in self.documents:
            if document.kind in kinds:
                for passage in document.passages:
                    for unit in passage.units():
                        yield document, passage, unit


def check_corpus(root: Path, today: date, sites: Path | None = None) -> Report:
    """Check everything below `root`, and the documents of the sites below `sites`.

    today: the day on which expiry is judged. A site's sentence that may be laxer than a label is a warning.
    """
    loaded = tuple(load_documents(root))
    findings = list(_file_findings(loaded))
    facts, differences, unused = _tables(root, findings)
    documents = tuple(item.document for item in loaded if item.document)
    material = _Material(documents, facts, differences, unused, today)
    if facts:
        findings += [finding for rule in RULES for finding in rule(material)]
    findings += _question_findings(root, documents)
    own = tuple(load_site_documents(sites)) if sites else ()
    findings += _site_findings(own)
    documents += tuple(item.document for item in own if item.document)
    dropped = tuple((document.id, piece) for document in documents for piece in document.dropped)
    counts = {**_counts(material), "questions": len(list(read_asked(root / QUESTIONS)))}
    return Report(tuple(findings), dropped, counts)


def _question_findings(root: Path, documents: Sequence[Document]) -> Iterator[Finding]:
    for asked, answer in stale_questions(root / QUESTIONS, documents):
        message = f"no sentence of {answer.passage} begins with {answer.opening!r}; the question is left out"
        yield Finding("warning", f"{asked.path.name}:{asked.line}", message)


def _tables(
    root: Path, findings: list[Finding]
) -> tuple[Mapping[str, Fact], tuple[Difference, ...], Mapping[str, str]]:
    """Read ledger, differences and unused; each one that cannot be read becomes a finding, the others still load."""
    facts: Mapping[str, Fact] = {}
    differences: tuple[Difference, ...] = ()
    unused: Mapping[str, str] = {}
    try:
        facts = read_ledger(root / LEDGER)
    except CorpusError as error:
        findings.append(Finding("error", LEDGER, str(error)))
    try:
        differences = read_differences(root / DOCUMENTS / DIFFERENCES)
    except CorpusError as error:
        findings.append(Finding("error", DIFFERENCES, str(error)))
    try:
        unused = read_unused(root / DOCUMENTS / UNUSED)
    except CorpusError as error:
        findings.append(Finding("error", UNUSED, str(error)))
    return facts, differences, unused


def read_unused(path: Path) -> Mapping[str, str]:
    """Give the reason of each fact that no document uses, by fact id. `[[unused]]` tables of `reason` and `facts`."""
    if not path.exists():
        return {}
    try:
        groups = tomllib.loads(path.read_text(encoding="utf-8")).get("unused", [])
        return {str(fact): str(group["reason"]) for group in groups for fact in group["facts"]}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CorpusError(f"{path} cannot be read: {error}.", "Give tables of reason and facts.") from error


def _file_findings(loaded: Iterable[Loaded]) -> Iterator[Finding]:
    items = list(loaded)
    for item in items:
        for fault in item.faults:
            yield Finding("error", f"{item.path.name}:{fault.line}", fault.message)
    ids = Counter(item.document.id for item in items if item.document)
    for name, count in ids.items():
        if count > 1:
            yield Finding("error", name, f"{count} documents have this id")


def _site_findings(own: Iterable[SiteDocument]) -> Iterator[Finding]:
    items = list(own)
    for item in items:
        for fault in item.faults:
            yield Finding("error", f"{item.site}/{item.path.name}", fault.message)
    for conflict in find_conflicts(item.document for item in items if item.document):
        message = f"may be laxer than the label ({conflict.rule.fact}: {conflict.rule.says}): {conflict.quote!r}"
        yield Finding("warning", conflict.document, message)


def _form(material: _Material) -> Iterator[Finding]:
    for document, passage, sentence in material.sentences("source", "guide"):
        text, place = _text(document, sentence), _place(document, passage)
        checks = [
            (ENDING.search(text), "does not end like a sentence"),
            (not MARKUP.search(text), "holds mark-up or a link"),
            (len(split_sentences(text)) == 1, "is more than one sentence"),
            (sentence.companion or not leans_back(text), "opens with a word that needs the sentence before it"),
            (not SELF_ANSWER.match(text), "opens with Yes, No or the like instead of the fact"),
        ]
        for passed, message in checks:
            if not passed:
                yield Finding("error", place, f"{message}: {text!r}")


def _headings(material: _Material) -> Iterator[Finding]:
    for document in material.documents:
        if document.kind not in ("source", "guide"):
            continue
        for passage in document.passages:
            first = _text(document, passage.sentences[0])
            if len(first.split()) > FIRST_SENTENCE_WORDS:
                yield Finding("warning", _place(document, passage), f"first sentence has {len(first.split())} words")
            least = ASKED_AS_LEAST[document.kind]
            if not least <= len(passage.asked_as) <= ASKED_AS_MOST:
                message = f"asked_as has {len(passage.asked_as)} questions, not {least} to {ASKED_AS_MOST}"
                yield Finding("error", _place(document, passage), message)


def _unit_length(material: _Material) -> Iterator[Finding]:
    for document, passage, unit in material.units("source", "guide"):
        if len(unit.sentences) > UNIT_SENTENCES:
            message = f"{len(unit.sentences)} sentences hang together, more than {UNIT_SENTENCES}"
            yield Finding("error", _place(document, passage), message)


def _provenance(material: _Material) -> Iterator[Finding]:
    for document, passage, sentence in material.sentences("source", "guide"):
        text, place = _text(document, sentence), _place(document, passage)
        unknown = [name for name in sentence.facts if name not in material.facts]
        for name in unknown:
            yield Finding("error", place, f"fact {name} is not in the ledger")
        facts = [material.facts[name] for name in sentence.facts if name in material.facts]
        for fact in facts:
            if fact.valid_until and fact.valid_until < material.today:
                yield Finding("error", place, f"fact {fact.id} expired on {fact.valid_until}")
        if facts and not facts[0].source_title:
            yield Finding("error", place, f"fact {facts[0].id} names no source, so it cannot be cited first")
        for missing in unsupported(text, facts) if not unknown else ():
            yield Finding("error", place, f"{missing} stands in none of {', '.join(sentence.facts)}: {text!r}")


def _qualifiers(material: _Material) -> Iterator[Finding]:
    for document, passage, unit in material.units("source", "guide"):
        flagged = [name for name in unit.facts if name in material.facts and material.facts[name].needs_qualifier]
        if flagged and len(unit.sentences) == 1:
            text = _text(document, unit.sentences[0])
            yield Finding(
                "error", _place(document, passage), f"{flagged[0]} needs a companion that limits it: {text!r}"
            )


def _evidence(material: _Material) -> Iterator[Finding]:
    in_sources = {fact for _, _, sentence in material.sentences("source") for fact in sentence.facts}
    for document, passage, sentence in material.sentences("guide"):
        if not in_sources.intersection(sentence.facts):
            message = f"no source states {', '.join(sentence.facts)}, so the guide has no evidence to show"
            yield Finding("error", _place(document, passage), message)


def _differences(material: _Material) -> Iterator[Finding]:
    in_sources = {fact for _, _, sentence in material.sentences("source") for fact in sentence.facts}
    for group in material.differences:
        for side in group.sides:
            unknown = [fact for fact in side if fact not in material.facts]
            if unknown:
                yield Finding("error", f"{DIFFERENCES}#{group.id}", f"{', '.join(unknown)} not in the ledger")
            elif not in_sources.intersection(side):
                yield Finding("error", f"{DIFFERENCES}#{group.id}", f"no source states any of {', '.join(side)}")
        yield from _unmet_claims(material, group)
        yield from _one_sided_guides(material, group)


def _unmet_claims(material: _Material, group: Difference) -> Iterator[Finding]:
    for claim in group.claims:
        texts = [document.text for document in material.documents if document.id == claim.document]
        if not any(claim.words in text for text in texts):
            yield Finding("error", f"{DIFFERENCES}#{group.id}", f"{claim.document} does not hold {claim.words!r}")


def _one_sided_guides(material: _Material, group: Difference) -> Iterator[Finding]:
    for document in material.documents:
        if document.kind != "guide":
            continue
        facts = {fact for passage in document.passages for sentence in passage.sentences for fact in sentence.facts}
        missing = [", ".join(side) for side in group.unstated(facts)]
        if missing:
            message = f"states one side of difference {group.id!r} without {' and '.join(missing)}"
            yield Finding("error", document.id, message)


def _coverage(material: _Material) -> Iterator[Finding]:
    used = {fact for _, _, sentence in material.sentences("source", "guide") for fact in sentence.facts}
    missing = [fact for fact in material.facts if fact not in used and fact not in material.unused]
    if missing:
        message = f"{len(missing)} facts are neither used nor listed with a reason: {', '.join(missing)}"
        yield Finding("error", UNUSED, message)
    for fact in sorted(used.intersection(material.unused)):
        yield Finding("error", UNUSED, f"{fact} is listed as unused but is used")
    for fact in sorted(set(material.unused) - set(material.facts)):
        yield Finding("error", UNUSED, f"{fact} is not in the ledger")


def _providers(material: _Material) -> Iterator[Finding]:
    names = sorted(_provider_names(material.facts.values()))
    if not names:
        return
    pattern = re.compile(rf"\b({'|'.join(re.escape(name) for name in names)})\b", re.IGNORECASE)
    for document, passage, sentence in material.sentences("source", "guide"):
        match = pattern.search(_text(document, sentence))
        if match:
            yield Finding("error", _place(document, passage), f"names the provider {match[0]!r}")


def _provider_names(facts: Iterable[Fact]) -> set[str]:
    """Names that publish only provider pages; a society or agency that also publishes other kinds is no provider."""
    providers: set[str] = set()
    others: set[str] = set()
    for fact in facts:
        name = PROVIDER_NOISE.sub("", fact.publisher.split(";")[0]).strip(" ()")
        (providers if fact.kind == "provider" else others).add(name)
    return {name for name in providers - others if len(name.split()) >= PROVIDER_NAME_WORDS} - WIDE_NAMES


RULES: tuple[Callable[[_Material], Iterator[Finding]], ...] = (
    _form, _headings, _unit_length, _provenance, _qualifiers, _evidence, _differences, _coverage, _providers,
)  # fmt: skip


def _counts(material: _Material) -> dict[str, int]:
    kinds = Counter(document.kind for document in material.documents)
    sentences = sum(len(passage.sentences) for document in material.documents for passage in document.passages)
    used = {fact for _, _, sentence in material.sentences("source", "guide") for fact in sentence.facts}
    asked = sum(len(passage.asked_as) for document in material.documents for passage in document.passages)
    passages = sum(len(document.passages) for document in material.documents)
    return {
        **{f"documents ({kind})": kinds[kind] for kind in sorted(kinds)},
        "headings": passages,
        "sentences": sentences,
        "asked_as": asked,
        "facts in the ledger": len(material.facts),
        "facts used": len(used.intersection(material.facts)),
        "facts listed as unused": len(material.unused),
        "differences": len(material.differences),
    }


def _text(document: Document, sentence: Sentence) -> str:
    return document.text[sentence.start : sentence.end]


def _place(document: Document, passage: Passage) -> str:
    return f"{document.id}#{passage.anchor}"
