"""A corpus as one JSON file, so that an index answers from exactly what it was built on."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from corpus.types import Claim, Corpus, Difference, Document, Dropped, Fact, Passage, Sentence


def write_snapshot(corpus: Corpus, path: Path) -> None:
    """Write the corpus to `path` as UTF-8 JSON, the same bytes for the same corpus."""
    record = {
        "digest": corpus.digest,
        "documents": [_document_record(document) for document in corpus.documents],
        "facts": [_fact_record(fact) for fact in corpus.facts.values()],
        "differences": [asdict(group) for group in corpus.differences],
    }
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def read_snapshot(path: Path) -> Corpus:
    """Give the corpus written by `write_snapshot`."""
    record = json.loads(path.read_text(encoding="utf-8"))
    return Corpus(
        documents=tuple(_document(item) for item in record["documents"]),
        facts={item["id"]: _fact(item) for item in record["facts"]},
        differences=tuple(_difference(item) for item in record["differences"]),
        digest=record["digest"],
    )


def _document_record(document: Document) -> dict[str, Any]:
    return {
        **{name: getattr(document, name) for name in ("id", "title", "kind", "text", "site", "published", "url")},
        "passages": [_passage_record(passage) for passage in document.passages],
        "dropped": [asdict(piece) for piece in document.dropped],
    }


def _passage_record(passage: Passage) -> dict[str, Any]:
    record = {field.name: getattr(passage, field.name) for field in fields(Passage)}
    record["sentences"] = sentence_records(passage.sentences)
    return record


def sentence_records(sentences: tuple[Sentence, ...]) -> list[list[Any]]:
    """Give each sentence as [start, end, facts, companion, leans, asked_as]."""
    return [
        [item.start, item.end, list(item.facts), item.companion, item.leans, list(item.asked_as)] for item in sentences
    ]


def sentences_of(records: list[list[Any]]) -> tuple[Sentence, ...]:
    """Give the sentences written by `sentence_records`."""
    return tuple(
        Sentence(start, end, tuple(facts), companion, leans, tuple(asked_as))
        for start, end, facts, companion, leans, asked_as in records
    )


def _fact_record(fact: Fact) -> dict[str, Any]:
    record = asdict(fact)
    record["valid_until"] = fact.valid_until.isoformat() if fact.valid_until else None
    return record


def _document(item: Mapping[str, Any]) -> Document:
    passages = tuple(_passage(passage) for passage in item["passages"])
    dropped = tuple(Dropped(**piece) for piece in item["dropped"])
    return Document(**{**item, "passages": passages, "dropped": dropped})


def _passage(item: Mapping[str, Any]) -> Passage:
    tuples = {name: tuple(item[name]) for name in ("heading", "asked_as")}
    return Passage(**{**item, **tuples, "sentences": sentences_of(item["sentences"])})


def _fact(item: Mapping[str, Any]) -> Fact:
    until = item["valid_until"]
    return Fact(**{**item, "valid_until": date.fromisoformat(until) if until else None})


def _difference(item: Mapping[str, Any]) -> Difference:
    sides = tuple(tuple(side) for side in item["sides"])
    return Difference(**{**item, "sides": sides, "claims": tuple(Claim(**claim) for claim in item["claims"])})
