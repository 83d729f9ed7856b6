from pathlib import Path

import product
import pytest
from baselines import Tutorial, bm25, both, dense
from beir import Question, Row, read_task
from product import by_fusion, by_reader, open_index, to_document
from retrieval import Runs, _alone, _ask_product, figures_of

from index.build import Place
from index.types import Encoder

ROWS = [Row("moon", "The moon", "The moon goes round the earth."), Row("tea", "", "Green tea is made from leaves.")]


@pytest.fixture
def fake_model(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the fake encoder in the place of the bundled model."""
    monkeypatch.setattr(product, "BUNDLED", place.model)


def test_a_row_becomes_a_document_with_one_heading() -> None:
    document = to_document(Row("moon", "The moon", "It is round.\n It is far away."))
    [passage] = document.passages
    assert (document.id, document.title, document.kind, passage.heading) == (
        "moon",
        "The moon",
        "source",
        ("The moon",),
    )
    quotes = [document.text[sentence.start : sentence.end] for sentence in passage.sentences]
    assert quotes == ["It is round.", "It is far away."]


def test_a_row_without_a_text_is_found_by_its_title() -> None:
    [passage] = to_document(Row("rope", "Rope is made of hemp", "")).passages
    assert len(passage.sentences) == 1


@pytest.mark.usefixtures("fake_model")
def test_documents_go_through_the_products_own_search(beir_folder: Path, tmp_path: Path) -> None:
    task = read_task(beir_folder)
    searcher = open_index(task.rows, tmp_path / "kept")
    assert {chunk.document for chunk in searcher.generation.chunks} >= {"moon", "tea", "bread"}
    runs = Runs()
    _ask_product(task, searcher, runs)
    assert set(runs.rankings) == {"product", "product_without_reader", "product_raw"}
    assert runs.rankings["product_without_reader"]["q1"][0] == "moon"
    assert len(set(runs.rankings["product"]["q1"])) == len(runs.rankings["product"]["q1"])
    assert len(runs.milliseconds["product"]) == 2


def test_a_follow_up_is_made_to_stand_alone() -> None:
    """Only the conversation says what is asked about."""
    before = (("user", "What is bread?"), ("assistant", "A food."))
    assert "bread" in _alone(Question("q", "Why does it rise?", before, {}))
    assert _alone(Question("q", "Why does it rise?", (), {})) == "Why does it rise?"


@pytest.mark.usefixtures("fake_model")
def test_an_index_is_used_again_for_the_same_documents_only(tmp_path: Path, embedded: list[str]) -> None:
    open_index(ROWS, tmp_path)
    embedded.clear()
    open_index(ROWS, tmp_path)
    assert embedded == []
    with pytest.raises(FileExistsError, match="other documents"):
        open_index(ROWS[:1], tmp_path)


@pytest.mark.usefixtures("fake_model")
def test_a_document_stands_where_its_best_chunk_stands(tmp_path: Path) -> None:
    long = Row("long", "Long", " ".join(f"Sentence {number} is about the number {number}." for number in range(60)))
    searcher = open_index([long, *ROWS], tmp_path)
    hits = searcher.search(searcher.prepare("number 3"), 20)
    assert len([hit for hit in hits if hit.chunk.document == "long"]) > 1
    for ranking in (by_reader(hits), by_fusion(hits)):
        assert sorted(ranking) == sorted({hit.chunk.document for hit in hits})


def test_the_figures_of_two_systems_by_hand(beir_folder: Path) -> None:
    task = read_task(beir_folder)
    runs = Runs(
        {"product": {"q1": ["moon"], "q2": ["bread"]}, "bm25": {"q1": ["tea", "moon"], "q2": []}},
        {"product": [10.0, 20.0]},
    )
    figures = figures_of(task, runs)
    assert figures["product"] == {
        "ndcg@10": 1.0, "recall@100": 1.0, "mrr@10": 1.0, "questions": 2, "p50_ms": 15.0, "p95_ms": 19.5
    }  # fmt: skip
    assert figures["bm25"]["mrr@10"] == pytest.approx((1 / 2 + 0) / 2)
    assert figures["bm25"]["recall@100"] == 0.5
    assert figures["bm25"]["product_minus_this"]["mrr@10"] == {"value": 0.75, "low": 0.5, "high": 1.0}


def test_the_plain_pieces_find_what_they_can(encoder: Encoder, tmp_path: Path) -> None:
    words = bm25(ROWS)
    assert words("What is green tea made of?") == ["tea"]
    assert words("xyz") == words("the of") == []
    meaning = dense(ROWS, encoder, tmp_path / "dense.npy")
    assert meaning("The moon goes round the earth") == ["moon", "tea"]
    assert both(words, meaning)("green tea leaves") == ["tea", "moon"]


def test_two_rankings_are_fused_by_reciprocal_rank() -> None:
    fused = both(lambda _: ["a", "b", "c"], lambda _: ["b", "d"])
    # b 1/62 + 1/61, a 1/61, d 1/62, c 1/63
    assert fused("?") == ["b", "a", "d", "c"]


@pytest.mark.model
def test_the_tutorials_retrieval_ranks_a_document_by_its_best_piece(tmp_path: Path) -> None:
    long = Row("bread", "Bread", "Bread rises because of yeast, which gives off gas. " * 40)
    tutorial = Tutorial([long, *ROWS], tmp_path)
    assert tutorial.search("Why does dough rise?")[0] == "bread"
    assert sorted(tutorial.search("tea")) == ["bread", "moon", "tea"]
    assert Tutorial([long, *ROWS], tmp_path).search("tea")[0] == "tea"
    assert tutorial.milliseconds("tea") > 0
