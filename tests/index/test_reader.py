import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexFault
from index.model import file_hash
from index.reader import FOLDER, GRAPH, RECORD, load_reader, pair_text, recorded_hash

QUESTION = "When was the bridge opened?"
ANSWER = "The bridge was opened to traffic in May 1932."
OTHERS = ("The bridge is painted grey.", "Trains have crossed it since the war.", "A ferry ran before it was built.")


def test_the_graph_in_the_repository_is_the_recorded_one() -> None:
    assert file_hash(FOLDER / GRAPH) == recorded_hash()


def test_the_sentence_that_answers_is_read_highest() -> None:
    logits = load_reader().logits(QUESTION, [OTHERS[0], ANSWER, *OTHERS[1:]])
    assert logits.shape == (4,)
    assert int(np.argmax(logits)) == 1


def test_a_question_that_nothing_answers_is_read_lower() -> None:
    reader = load_reader()
    asked = reader.logits(QUESTION, [ANSWER])
    assert reader.logits("Who paid for the tunnel?", [ANSWER]) < asked


def test_the_order_of_the_texts_is_the_order_of_the_logits() -> None:
    reader = load_reader()
    texts = [OTHERS[1], ANSWER, OTHERS[0]]
    assert reader.logits(QUESTION, texts[::-1]).tolist() == pytest.approx(reader.logits(QUESTION, texts)[::-1].tolist())


def test_the_same_texts_have_the_same_logits_bit_for_bit() -> None:
    reader = load_reader()
    assert np.array_equal(reader.logits(QUESTION, OTHERS), reader.logits(QUESTION, OTHERS))


@pytest.mark.parametrize("question", ["", "?", "word " * 3000, "é😀 " * 100])
def test_any_question_is_read(question: str) -> None:
    assert np.isfinite(load_reader().logits(question, [ANSWER, "", "long " * 3000])).all()


def test_of_a_long_message_the_end_is_read() -> None:
    reader = load_reader()
    long = "My mother told me a long story about her holiday by the sea. " * 20 + QUESTION
    assert int(np.argmax(reader.logits(long, [*OTHERS, ANSWER]))) == 3


def test_no_texts_have_no_logits() -> None:
    assert load_reader().logits(QUESTION, []).shape == (0,)


def test_a_changed_graph_is_refused(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "reader")
    with (tmp_path / "reader" / GRAPH).open("ab") as file:
        file.write(b" ")
    with pytest.raises(IndexFault, match=r"SHA-256 .* not .* as recorded"):
        load_reader(tmp_path / "reader")


@pytest.mark.parametrize("missing", [GRAPH, RECORD])
def test_a_missing_part_is_named(tmp_path: Path, missing: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "reader")
    (tmp_path / "reader" / missing).unlink()
    with pytest.raises(IndexFault, match=missing):
        load_reader(tmp_path / "reader")


def test_a_record_without_a_hash_is_a_fault(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "reader")
    (tmp_path / "reader" / RECORD).write_text(json.dumps({"corpus": ""}))
    with pytest.raises(IndexFault, match="cannot be read"):
        load_reader(tmp_path / "reader")


def test_context_follows_the_sentence() -> None:
    assert pair_text("A sentence.", "Title. Heading") == "A sentence. | Title. Heading"
    assert pair_text("A sentence.", "") == "A sentence."
