import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from corpus.types import Passage, Sentence
from index.types import Chunk
from qa.evaluate.exports import KINDS, export
from qa.evaluate.options import EXPORTS
from qa.evaluate.ranking import by_source, relevant_chunks
from qa.evaluate.testset import TestSetError


def chunk(name: str, text: str, *facts: str) -> Chunk:
    document, anchor = name.split("#")
    passage = Passage(anchor, ("Visits", "Rest"), 0, len(text), (Sentence(0, len(text), facts),))
    return Chunk(name, document, "A guide", "guide", passage, text)


CHUNKS = (
    chunk("visits#rest", "You rest for “two” hours.", "TS-001"),
    chunk("visits#call", "A clinic rings you.", "TS-008", "TS-009"),
    chunk("rooms#chairs", "A room has chairs.", "TS-005"),
)


def asked(name: str, question: str, text: str | None = "It is so. [1]", *passages: str, **case: object) -> dict:
    plain = {"id": name, "question": question, "history": [], "sources": [], "reference": ""}
    answer = {"text": text, "citations": [{"passage": passage} for passage in passages]}
    return {"id": name, "case": plain | case, "answer": answer if text is not None else None}


HISTORY = [
    {"role": "user", "content": "How long is a visit?"},
    {"role": "assistant", "content": "Two hours."},
]
RESULT = {
    "questions": [
        asked("Q1", "Is it blue?", "It is not known."),
        asked(
            "Q2", "How long do I rest?", "You rest [1] two hours. [1][2]", "Rest.", "Rest.", "Hours.",
            sources=["TS-001", "rooms"], reference="Two hours – “long”.",
        ),
        asked("Q3", "and why?", None, history=HISTORY, sources=["TS-009"]),
        asked("Q4", "Who invented it?", sources=["TS-404"], reference="Nobody."),
    ]
}  # fmt: skip


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def by_id(records: Sequence[Mapping], name: str) -> dict:
    return {record[name]: {key: value for key, value in record.items() if key != name} for record in records}


def test_a_chunk_is_relevant_by_its_facts_or_its_document() -> None:
    known = by_source(CHUNKS)
    found = relevant_chunks(["rooms", "TS-009"], known)
    assert [item.id for item in found] == ["visits#call", "rooms#chairs"]
    assert relevant_chunks([], known) == []


def test_a_chunk_that_rests_on_several_sources_is_relevant_once_and_in_its_place() -> None:
    found = relevant_chunks(["rooms", "TS-009", "TS-008", "visits", "TS-404"], by_source(CHUNKS))
    assert [item.id for item in found] == ["visits#rest", "visits#call", "rooms#chairs"]


def test_ragas_gets_single_turns(tmp_path: Path) -> None:
    path = export("ragas", RESULT, CHUNKS, tmp_path)
    assert path == tmp_path / "ragas.jsonl"
    assert by_id(lines(path), "id") == {
        "Q1": {"user_input": "Is it blue?", "response": "It is not known.", "retrieved_contexts": []},
        "Q2": {
            "user_input": "How long do I rest?",
            "response": "You rest two hours.",
            "retrieved_contexts": ["Rest.", "Hours."],
            "reference": "Two hours – “long”.",
            "reference_contexts": ["You rest for “two” hours.", "A room has chairs."],
        },
        "Q3": {
            "user_input": "how long visit and why?",
            "response": "",
            "retrieved_contexts": [],
            "reference_contexts": ["A clinic rings you."],
        },
        "Q4": {
            "user_input": "Who invented it?", "response": "It is so.", "retrieved_contexts": [],
            "reference": "Nobody.",
        },
    }  # fmt: skip


def test_ragas_gets_the_fullest_line_first_and_ascii_alone(tmp_path: Path) -> None:
    path = export("ragas", RESULT, CHUNKS, tmp_path)
    assert [record["id"] for record in lines(path)] == ["Q2", "Q3", "Q4", "Q1"]
    assert path.read_bytes().isascii()


def test_deepeval_gets_every_field_of_every_case(tmp_path: Path) -> None:
    path = export("deepeval", RESULT, CHUNKS, tmp_path)
    assert path == tmp_path / "deepeval.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    assert [record["name"] for record in found] == ["Q1", "Q2", "Q3", "Q4"]
    assert found[1] == {
        "name": "Q2",
        "input": "How long do I rest?",
        "actual_output": "You rest two hours.",
        "expected_output": "Two hours – “long”.",
        "retrieval_context": ["Rest.", "Hours."],
        "context": ["You rest for “two” hours.", "A room has chairs."],
    }
    assert found[0] | {"input": "", "actual_output": ""} == {
        "name": "Q1", "input": "", "actual_output": "", "expected_output": None, "retrieval_context": [],
        "context": None,
    }  # fmt: skip
    assert (found[2]["input"], found[2]["actual_output"]) == ("how long visit and why?", "")


def test_without_chunks_no_context_is_given(tmp_path: Path) -> None:
    assert all("reference_contexts" not in record for record in lines(export("ragas", RESULT, None, tmp_path)))
    found = json.loads(export("deepeval", RESULT, None, tmp_path).read_text(encoding="utf-8"))
    assert [record["context"] for record in found] == [None] * 4


def test_beir_gets_the_index_the_questions_and_what_is_relevant(tmp_path: Path) -> None:
    home = export("beir", RESULT, CHUNKS, tmp_path)
    assert home == tmp_path / "beir"
    assert lines(home / "corpus.jsonl")[0] == {
        "_id": "visits#rest", "title": "A guide. Visits - Rest", "text": "You rest for “two” hours.",
    }  # fmt: skip
    assert len(lines(home / "corpus.jsonl")) == 3
    assert lines(home / "queries.jsonl") == [
        {"_id": "Q2", "text": "How long do I rest?"},
        {"_id": "Q3", "text": "how long visit and why?"},
    ]
    assert (home / "qrels" / "test.tsv").read_text(encoding="utf-8") == (
        "query-id\tcorpus-id\tscore\nQ2\tvisits#rest\t1\nQ2\trooms#chairs\t1\nQ3\tvisits#call\t1\n"
    )


def test_beir_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(TestSetError, match="needs the chunks"):
        export("beir", RESULT, None, tmp_path)
    with pytest.raises(TestSetError, match="No chunk is relevant"):
        export("beir", {"questions": RESULT["questions"][3:]}, CHUNKS, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TestSetError, match="ragas, deepeval, beir"):
        export("excel", RESULT, CHUNKS, tmp_path)


def test_every_kind_that_can_be_named_is_written() -> None:
    assert tuple(KINDS) == EXPORTS


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_is_written_anew_and_leaves_nothing_beside_it(kind: str, tmp_path: Path) -> None:
    first = export(kind, RESULT, CHUNKS, tmp_path / "new" / "folder")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert export(kind, RESULT, CHUNKS, tmp_path / "new" / "folder") == first
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert not [path for path in before if path.suffix == ".part"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(TestSetError, match="cannot be written"):
        export("ragas", RESULT, CHUNKS, tmp_path / "taken")
