from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.build import PASSAGES, QUESTIONS, Place, build_index
from index.generation import open_current
from index.search import HITS, Searcher
from index.types import Encoder

Edit = Callable[[Path, str, str], None]


@pytest.fixture
def searcher(place: Place, encoder: Encoder) -> Searcher:
    """A searcher over the small corpus."""
    build_index(place)
    return Searcher(open_current(place.index), encoder)


def names(searcher: Searcher, question: str, count: int = HITS) -> list[str]:
    return [hit.chunk.id for hit in searcher.search(searcher.prepare(question), count)]


@pytest.mark.parametrize(
    ("question", "chunk"),
    [
        ("how many hours is a visit", "first-visit#how-long"),
        ("patients feel calm on the day of a ketamine infusion", "first-visit#calm"),
        ("Somebody you trust takes you home", "an-invented-article#who-is-there-2"),
        ("off-label", "visits#off-label"),
    ],
)
def test_the_chunk_that_says_it_is_among_the_first(searcher: Searcher, question: str, chunk: str) -> None:
    assert chunk in names(searcher, question)[:2]


def test_the_score_of_a_hit_is_the_fusion_of_the_three_rankings(searcher: Searcher) -> None:
    query = searcher.prepare("Somebody you trust takes you home")
    hit = searcher.search(query)[0]
    rankings = (searcher._dense(PASSAGES, query), searcher._dense(QUESTIONS, query), searcher._lexical(query))
    ranks = [ranking.index(hit.chunk.id) + 1 for ranking in rankings if hit.chunk.id in ranking]
    assert hit.score == pytest.approx(sum(1 / (60 + rank) for rank in ranks))


def test_no_more_hits_than_asked_for_each_chunk_once(searcher: Searcher) -> None:
    assert len(names(searcher, "ketamine", 3)) == 3
    everything = names(searcher, "ketamine", 100)
    assert len(everything) == len(set(everything)) == 10


def test_every_unit_of_a_hit_is_scored_and_quotes_the_document(searcher: Searcher) -> None:
    for hit in searcher.search(searcher.prepare("what does the room look like")):
        assert [evidence.unit for evidence in hit.evidence] == list(hit.chunk.passage.units())
        document = searcher.generation.corpus.by_id[hit.chunk.document]
        for evidence in hit.evidence:
            assert 0 < evidence.score < 1
            start, end = evidence.unit.start, evidence.unit.end
            assert hit.chunk.quote(start, end) == document.text[start:end]


def test_the_same_question_gives_the_same_hits_bit_for_bit(searcher: Searcher, place: Place, encoder: Encoder) -> None:
    again = Searcher(open_current(place.index), encoder)
    for question in ("when can i leave", "is ketamine approved", "spravato"):
        assert again.search(again.prepare(question)) == searcher.search(searcher.prepare(question))


def test_a_question_is_repaired_before_it_is_searched(searcher: Searcher, encoder: Encoder) -> None:
    query = searcher.prepare("a ketamin infuson")
    assert np.array_equal(query.vector, encoder.encode(["a ketamine infusion"])[0])
    assert query.repaired == "a ketamine infusion"
    assert query.stems == ("ketamin", "infus")


def test_the_countries_of_the_last_question_count_alone(searcher: Searcher) -> None:
    assert searcher.prepare("is it approved in France and in Brazil").countries == {"FR", "BR"}
    assert searcher.prepare("is it approved in France and in Brazil", "and in Brazil").countries == {"BR"}
    assert searcher.prepare("is it approved in France how long", "how long").countries == {"FR"}


@pytest.mark.parametrize("question", ["", "?", "xylophone", "😀", "a" * 5000])
def test_a_question_without_known_words_is_no_error(searcher: Searcher, question: str) -> None:
    assert all(
        0 < evidence.score < 1 for hit in searcher.search(searcher.prepare(question)) for evidence in hit.evidence
    )


def test_the_sentence_that_answers_is_read_higher_than_its_neighbours(searcher: Searcher) -> None:
    query = searcher.prepare("does the clinic ring me on the next day")
    [chunk] = [hit.chunk for hit in searcher.search(query) if hit.chunk.id == "first-visit#how-long"]
    first, second = searcher.read(query, chunk, list(chunk.passage.units()))
    assert (first.opening, second.opening) == (1, 0)
    assert second.words > first.words
    assert second.sentence > first.sentence


def test_readings_see_the_question_that_was_asked_about_the_passage(searcher: Searcher) -> None:
    query = searcher.prepare("when can i leave")
    [hit] = [hit for hit in searcher.search(query) if hit.chunk.id == "first-visit#how-long"]
    for reading in searcher.read(query, hit.chunk, list(hit.chunk.passage.units())):
        assert reading.asked == pytest.approx(1, abs=1e-5)


def test_near_headings_are_those_of_guides(searcher: Searcher) -> None:
    query = searcher.prepare("is the room quiet")
    headings = searcher.near_headings(query, 5, without=[])
    assert headings[0] == "What does the room look like?"
    assert set(headings) == {"How long do I stay?", "What does the room look like?", "Will I feel calm?"}
    assert searcher.near_headings(query, 1, without=[]) == headings[:1]
    assert "What does the room look like?" not in searcher.near_headings(query, 5, without=["first-visit#room"])
