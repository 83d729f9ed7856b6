"""Small public sets of our own, in the form that the benches read."""

import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

CORPUS = (
    {"_id": "moon", "title": "The moon", "text": "The moon goes round the earth. It takes about a month."},
    {"_id": "tea", "title": "Green tea", "text": "Green tea is made from leaves that are steamed."},
    {"_id": "rope", "title": "Rope", "text": ""},
    {"_id": "bread", "title": "", "text": "Bread rises because of yeast. Yeast gives off gas."},
)
QUERIES = (
    {"_id": "q1", "text": "How long does the moon take?"},
    {"_id": "q2", "text": "And why does it rise?", "metadata": {"history": [{"user": "What is bread?"}]}},
    {"_id": "q3", "text": "Nobody judged this one."},
)
QRELS = "query-id\tcorpus-id\tscore\nq1\tmoon\t2\nq1\ttea\t0\nq2\tbread\t1\n"

Write = Callable[[Path, Iterable[Mapping[str, object]]], Path]


@pytest.fixture
def write_lines() -> Write:
    """Writes objects as JSON lines, gzip'd where the name says so."""

    def write(path: Path, records: Iterable[Mapping[str, object]]) -> Path:
        lines = "".join(json.dumps(record) + "\n" for record in records).encode()
        path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
        return path

    return write


@pytest.fixture
def beir_folder(tmp_path: Path, write_lines: Write) -> Path:
    """Four documents and three questions of our own, one file of them gzip'd."""
    folder = tmp_path / "invented"
    (folder / "qrels").mkdir(parents=True)
    write_lines(folder / "corpus.jsonl.gz", CORPUS)
    write_lines(folder / "queries.jsonl", QUERIES)
    (folder / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return folder
