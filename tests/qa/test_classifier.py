import json
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import SettingsError
from qa import classifier
from qa.classifier import ARRAYS, GRAPH, LABELS_FILE, TERMS, Classifier, Floats, grams, read_ngrams, weighed

MESSAGES = ["i cant breathe and my chest hurts", "what does a visit cost", ""]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The shipped files in a folder that a test may damage."""
    shutil.copytree(Classifier().folder, tmp_path / "classifier")
    return tmp_path / "classifier"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that the classifier has hashed, in order."""
    paths: list[Path] = []
    file_hash = classifier.file_hash

    def noting(path: Path) -> str:
        paths.append(path)
        return file_hash(path)

    monkeypatch.setattr(classifier, "file_hash", noting)
    return paths


def alter(graph: Path) -> None:
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")


def test_n_grams_of_words_and_within_words() -> None:
    assert list(grams("go on")) == ["go", "on", "go on", "||go", "|go|", "||go|", "||on", "|on|", "||on|"]


def test_values_by_hand() -> None:
    places = {"go": 0, "on": 1, "||go": 2}
    found, values = weighed("go go on", places, np.array([1.0, 2.0, 3.0], dtype=np.float32))
    words = np.array([1 + np.log(2), 2.0])
    assert found.tolist() == [0, 1, 2]
    assert values.tolist() == pytest.approx([*(words / np.linalg.norm(words)), 1.0])


def test_each_message_gets_a_distribution() -> None:
    judged = Classifier().probabilities(MESSAGES)
    assert [sum(one.values()) for one in judged] == pytest.approx([1.0] * 3)
    assert judged[0]["emergency"] > 0.5 > judged[1]["emergency"]


def test_the_same_message_alone_and_among_others() -> None:
    """Nearly the same: the eight bits of a batch are scaled by all that is in it, which an empty text feels most."""
    together = Classifier().probabilities(MESSAGES)
    assert [Classifier().probabilities([text])[0] for text in MESSAGES] == [
        pytest.approx(one, abs=0.05) for one in together
    ]


def test_an_altered_graph_leaves_the_n_grams_to_judge(copied: Path) -> None:
    alter(copied / GRAPH)
    alone = read_ngrams(copied).logits(MESSAGES)
    raised = np.exp(alone - alone.max(axis=1, keepdims=True))
    shares = raised / raised.sum(axis=1, keepdims=True)
    judged = Classifier(copied).probabilities(MESSAGES)
    assert [list(one.values()) for one in judged] == [pytest.approx(row) for row in shares.tolist()]
    assert judged[0]["emergency"] > 0.4


@pytest.mark.parametrize("damage", [alter, Path.unlink, lambda _: None], ids=["altered", "missing", "sound"])
def test_a_graph_is_looked_at_once(copied: Path, hashed: list[Path], damage: Callable[[Path], object]) -> None:
    damage(copied / GRAPH)
    one = Classifier(copied)
    judged = [asked.probabilities(MESSAGES) for asked in (one, one, Classifier(copied))]
    assert judged[0] == judged[1] == judged[2]
    assert hashed == [copied / GRAPH]


def test_threads_that_ask_at_once_load_one_graph(copied: Path, hashed: list[Path]) -> None:
    together = threading.Barrier(4)

    def ask(_: int) -> list[dict[str, float]]:
        together.wait(timeout=60)
        return Classifier(copied).probabilities(MESSAGES)

    with ThreadPoolExecutor(4) as pool:
        judged = list(pool.map(ask, range(4)))
    assert all(one == judged[0] for one in judged)
    assert hashed == [copied / GRAPH]


def test_a_graph_that_fails_leaves_the_n_grams_to_judge(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def logits(self, texts: Sequence[str]) -> Floats:
            raise RuntimeError(texts)

    (copied / GRAPH).unlink()
    alone = Classifier(copied).probabilities(MESSAGES)
    monkeypatch.setattr(classifier, "_load_graph", lambda _: Broken())
    assert Classifier(copied).probabilities(MESSAGES) == alone


@pytest.mark.parametrize("name", [ARRAYS, TERMS])
def test_without_either_it_says_what_is_missing(copied: Path, name: str) -> None:
    (copied / GRAPH).unlink()
    (copied / name).unlink()
    with pytest.raises(SettingsError, match="classifier"):
        Classifier(copied).probabilities(MESSAGES)


def test_arrays_that_do_not_fit_together_are_refused(copied: Path) -> None:
    (copied / TERMS).write_text(json.dumps({"grams": ["one"]}), encoding="utf-8")
    with pytest.raises(SettingsError, match="fit together"):
        read_ngrams(copied)


def test_the_graph_is_the_one_that_is_recorded() -> None:
    record = json.loads((Classifier().folder / LABELS_FILE).read_text(encoding="utf-8"))
    assert set(record) == {"labels", "sha256"}
    assert len(record["sha256"]) == 64
