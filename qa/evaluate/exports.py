"""A result in the forms that other evaluation libraries load: RAGAS, DeepEval, BEIR."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from index.types import Chunk
from qa.evaluate.options import BEIR, DEEPEVAL, RAGAS
from qa.evaluate.ranking import Sources, by_source, relevant_chunks
from qa.evaluate.reading import without_markers
from qa.evaluate.testset import TestSetError
from qa.evaluate.writing import write_whole
from qa.followup import stand_alone
from qa.types import Turn


@dataclass(frozen=True, slots=True)
class Exchange:
    """A case and its answer as other libraries see them.

    question: made to stand alone. text: of the answer without markers and notices, empty where none came. cited: the
    passages that it quotes, each once. relevant: the chunks that rest on the case's sources.
    """

    id: str
    question: str
    text: str
    cited: tuple[str, ...]
    reference: str
    relevant: tuple[Chunk, ...]


Writer = Callable[[Sequence[Exchange], Sequence[Chunk] | None, Path], Path]


def export(kind: str, result: Mapping[str, Any], chunks: Sequence[Chunk] | None, folder: Path) -> Path:
    """Write a result into `folder` in the form of another library; give what that library loads.

    kind: one of KINDS. chunks: of the index that answered, None where it is not at hand: the relevant passages are then
    left out, and BEIR has nothing to export. These forms hold one turn, so a question that goes on from a conversation
    is exported as the stand-alone question that is searched for it. Raises TestSetError.
    """
    if kind not in KINDS:
        raise TestSetError(f"There is no export {kind!r}.", f"Use one of {', '.join(KINDS)}.")
    known = by_source(chunks or ())
    return KINDS[kind]([_exchange(asked, known) for asked in result["questions"]], chunks, folder)


def _exchange(asked: Mapping[str, Any], known: Sources) -> Exchange:
    case, answer = asked["case"], asked["answer"]
    history = [Turn(turn["role"], turn["content"]) for turn in case["history"]]
    return Exchange(
        id=case["id"],
        question=stand_alone(case["question"], history),
        text=without_markers(answer["text"]) if answer else "",
        cited=tuple(dict.fromkeys(citation["passage"] for citation in answer["citations"])) if answer else (),
        reference=case["reference"],
        relevant=tuple(relevant_chunks(case["sources"], known)),
    )


def _write_ragas(exchanges: Sequence[Exchange], chunks: Sequence[Chunk] | None, folder: Path) -> Path:
    """Write the lines of an EvaluationDataset of single turns; RAGAS passes over `id`.

    It takes its columns from the first line, so that the fullest lines stand first, and it opens the file in the
    encoding of the machine, so that the file is ASCII.
    """
    samples = [
        {
            "id": item.id,
            "user_input": item.question,
            "response": item.text,
            "retrieved_contexts": list(item.cited),
            **({"reference": item.reference} if item.reference else {}),
            **({"reference_contexts": [chunk.text for chunk in item.relevant]} if item.relevant else {}),
        }
        for item in exchanges
    ]
    return _written(folder / "ragas.jsonl", _lines(sorted(samples, key=len, reverse=True), ascii_only=True))


def _write_deepeval(exchanges: Sequence[Exchange], chunks: Sequence[Chunk] | None, folder: Path) -> Path:
    """Write the list that `add_test_cases_from_json_file` reads, under the names of LLMTestCase."""
    cases = [
        {
            "name": item.id,
            "input": item.question,
            "actual_output": item.text,
            "expected_output": item.reference or None,
            "retrieval_context": list(item.cited),
            "context": [chunk.text for chunk in item.relevant] or None,
        }
        for item in exchanges
    ]
    return _written(folder / "deepeval.json", json.dumps(cases, ensure_ascii=False, indent=1) + "\n")


def _write_beir(exchanges: Sequence[Exchange], chunks: Sequence[Chunk] | None, folder: Path) -> Path:
    """Write corpus, queries and judgements of the cases that a chunk is relevant to; a title holds the headings too."""
    judged = [item for item in exchanges if item.relevant]
    if not chunks:
        raise TestSetError("BEIR needs the chunks of the index.", "Ask in this process, without --server.")
    if not judged:
        raise TestSetError("No chunk is relevant to any question.", "Name in the test set the sources that answer it.")
    home = folder / "beir"
    _written(home / "corpus.jsonl", _lines(_passage(chunk) for chunk in chunks))
    _written(home / "queries.jsonl", _lines({"_id": item.id, "text": item.question} for item in judged))
    _written(home / "qrels" / "test.tsv", _judgements(judged))
    return home


def _passage(chunk: Chunk) -> dict[str, str]:
    return {"_id": chunk.id, "title": f"{chunk.title}. {' - '.join(chunk.passage.heading)}", "text": chunk.text}


def _judgements(judged: Iterable[Exchange]) -> str:
    table = StringIO()
    writer = csv.writer(table, delimiter="\t", lineterminator="\n")
    writer.writerow(("query-id", "corpus-id", "score"))
    writer.writerows((item.id, chunk.id, 1) for item in judged for chunk in item.relevant)
    return table.getvalue()


def _lines(records: Iterable[Mapping[str, object]], *, ascii_only: bool = False) -> str:
    return "".join(json.dumps(record, ensure_ascii=ascii_only) + "\n" for record in records)


def _written(path: Path, text: str) -> Path:
    write_whole(path, text)
    return path


KINDS: Mapping[str, Writer] = {RAGAS: _write_ragas, DEEPEVAL: _write_deepeval, BEIR: _write_beir}
