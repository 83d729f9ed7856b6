import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.build import PASSAGES, QUESTIONS, Place, build_index
from index.generation import open_current
from index.search import HITS, READ, Looked, Searcher
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
            assert 0 <= evidence.score < 1
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
    assert searcher.prepare("is it approved in France how much does it cost", "how much does it cost").countries == {
        "FR"
    }
    assert searcher.prepare("is it approved in France how long", "how long").countries == frozenset()


def test_a_question_that_names_no_country_is_about_the_last_that_was_named(searcher: Searcher) -> None:
    before = ["what does it cost", "is it approved in Canada", "and in France"]
    assert searcher.prepare("is it legal", "is it legal", before=before).countries == {"CA"}
    assert searcher.prepare("is it safe", "is it safe", before=before).countries == frozenset()


@pytest.mark.parametrize("question", ["", "?", "xylophone", "😀", "a" * 5000])
def test_a_question_without_known_words_is_no_error(searcher: Searcher, question: str) -> None:
    assert all(
        0 <= evidence.score < 1 for hit in searcher.search(searcher.prepare(question)) for evidence in hit.evidence
    )


def test_readings_tell_the_sentence_that_answers_from_its_neighbour(searcher: Searcher) -> None:
    first, second = looked_at(searcher, "does the clinic ring me on the next day", "first-visit#how-long")
    assert (first.reading.opening, second.reading.opening) == (1, 0)
    assert second.reading.words > first.reading.words
    assert second.reading.sentence > first.reading.sentence


def test_readings_see_the_question_that_was_asked_about_the_passage(searcher: Searcher) -> None:
    for one in looked_at(searcher, "when can i leave", "first-visit#how-long"):
        assert one.reading.passage_asked == pytest.approx(1, abs=1e-5)


def test_the_first_unit_of_a_guides_passage_answers_what_the_passage_is_asked(searcher: Searcher) -> None:
    first, second = looked_at(searcher, "when can i leave", "first-visit#how-long")
    assert first.reading.asked == pytest.approx(1, abs=1e-5)
    assert second.reading.asked < 1 / 2
    [source] = looked_at(searcher, "how long do i rest", "visits#resting")
    assert source.reading.asked < 1 / 2 < source.reading.passage_asked


def test_a_question_of_a_sentence_is_known_by_that_sentence_alone(
    place: Place, encoder: Encoder, corpus_folder: Path
) -> None:
    answer = {"passage": "first-visit#how-long", "sentence": "A clinic rings you"}
    line = {"question": "who phones", "answers": [answer]}
    (corpus_folder / "questions").mkdir()
    (corpus_folder / "questions" / "visits.jsonl").write_text(json.dumps(line) + "\n")
    build_index(place)
    searcher = Searcher(open_current(place.index), encoder)
    first, second = looked_at(searcher, "who phones", "first-visit#how-long")
    assert (first.reading.asked, second.reading.asked) == (0, pytest.approx(1, abs=1e-5))
    assert first.reading.passage_asked == second.reading.passage_asked == pytest.approx(1, abs=1e-5)
    query = searcher.prepare("who phones", unknown=True)
    found = searcher.look(query, searcher.find(query))
    assert max(one.reading.passage_asked for one in found) < 1


def test_the_reader_reads_a_few_units_and_the_others_score_nothing(place: Place, encoder: Encoder) -> None:
    class Counting:
        texts: Sequence[str] = ()

        def logits(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
            self.texts = texts
            return np.zeros(len(texts), dtype=np.float32)

    build_index(place)
    reader = Counting()
    searcher = Searcher(open_current(place.index), encoder, reader)
    scores = [one.score for hit in searcher.search(searcher.prepare("ketamine")) for one in hit.evidence]
    assert len(reader.texts) == min(READ, len(scores))
    assert sum(score > 0 for score in scores) == len(reader.texts)
    assert all(" | " in text for text in reader.texts)


def test_the_foremost_sentence_is_the_one_nearest_to_the_question(searcher: Searcher) -> None:
    for question, place in (("how many chairs in an older report", 1), ("the infusion room in a newer report", 0)):
        hits = searcher.search(searcher.prepare(question))
        [unit] = [one for hit in hits if hit.chunk.id == "first-visit#room" for one in hit.evidence]
        assert unit.foremost == place, question


def test_what_is_judged_is_what_is_found_and_whether_it_answers(searcher: Searcher) -> None:
    query = searcher.prepare("when can i leave")
    judged = searcher.judge(query)
    assert list(judged.hits) == searcher.search(query)
    assert 0 < searcher.judge(searcher.prepare("boiler pressure valve")).answerable < judged.answerable == 1


def test_the_chunk_of_the_nearest_known_question_is_found_however_it_is_fused(searcher: Searcher) -> None:
    for question, chunk in (("when can i leave", "first-visit#how-long"), ("does it calm me", "first-visit#calm")):
        for count in (1, 2):
            found = searcher.find(searcher.prepare(question), count)
            assert len(found) == count
            assert chunk in [one.id for one, _ in found]


def looked_at(searcher: Searcher, question: str, chunk: str) -> list[Looked]:
    query = searcher.prepare(question)
    return [one for one in searcher.look(query, searcher.find(query)) if one.chunk.id == chunk]


def test_near_headings_are_those_of_guides(searcher: Searcher) -> None:
    near = searcher.judge(searcher.prepare("is the room quiet")).near
    headings = searcher.near_headings(near, 5, without=[])
    assert headings[0] == "What does the room look like?"
    assert set(headings) == {"How long do I stay?", "What does the room look like?", "Will I feel calm?"}
    assert searcher.near_headings(near, 1, without=[]) == headings[:1]
    assert "What does the room look like?" not in searcher.near_headings(near, 5, without=["first-visit#room"])
