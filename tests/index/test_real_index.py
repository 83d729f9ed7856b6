"""The real corpus under the real model. What the documents say is not tested here, since it changes."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from index.build import Place, build_index, index_status
from index.encoders import load_encoder
from index.generation import GENERATIONS, open_current
from index.live import LiveIndex
from index.readings import Reading
from index.rows import embedded_texts
from index.search import HITS, Looked, of_another
from index.training.own import is_held_out_question, known_questions
from index.verify import verify_generation

pytestmark = pytest.mark.model

NOTHING_READ = Reading(*[0.0] * len(fields(Reading)))
QUESTIONS = ["What is ketamine?", "Can I drive home after Spravato?", "What are the side effects?"]


def test_it_is_sound_and_up_to_date(real_index: Place) -> None:
    generation = open_current(real_index.index)
    assert verify_generation(generation, load_encoder(real_index.model, real_index.models)) == []
    assert index_status(real_index).reasons == ()
    assert np.allclose(np.linalg.norm(generation.vectors, axis=1), 1, atol=1e-4)


def test_a_build_that_has_nothing_to_do_changes_no_file(real_index: Place) -> None:
    def files() -> list[tuple[Path, int]]:
        return sorted((path, path.stat().st_mtime_ns) for path in (real_index.index / GENERATIONS).rglob("*.json*"))

    before = files()
    build_index(real_index)
    assert files() == before


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_search_gives_the_same_hits_on_every_opening(real_index: Place, question: str) -> None:
    first, second = (LiveIndex(real_index).searcher() for _ in range(2))
    hits = first.search(first.prepare(question))
    assert hits == second.search(second.prepare(question))
    assert len({hit.chunk.id for hit in hits}) == len(hits) == HITS


def test_most_questions_listed_under_a_heading_find_that_heading(real_index: Place) -> None:
    """Each chunk's own first question, with its row in the index, puts the chunk among those that are looked at."""
    searcher = LiveIndex(real_index).searcher()
    asked = [chunk for chunk in searcher.generation.chunks if chunk.kind == "guide" and chunk.passage.asked_as][::10]
    found = [
        chunk.id in [hit.chunk.id for hit in searcher.search(searcher.prepare(chunk.passage.asked_as[0]))]
        for chunk in asked
    ]
    assert np.mean(found) > 0.9


def test_no_text_that_is_embedded_is_empty(real_index: Place) -> None:
    assert all(text.strip() for text in embedded_texts(open_current(real_index.index).chunks))


def test_no_filter_puts_aside_what_answers_a_known_question(real_index: Place) -> None:
    """Countries, years and medicines of a question: one in eight of those that the material knows is asked."""
    searcher = LiveIndex(real_index).searcher()
    units = {
        (chunk.id, unit.start): Looked(chunk, unit, NOTHING_READ)
        for chunk in searcher.generation.chunks for unit in chunk.passage.units()
    }  # fmt: skip
    asked = [known for known in known_questions(searcher) if known.answers and is_held_out_question(known.question)]
    aside = [
        known.question for known in asked
        if all(of_another(searcher.prepare(known.question), units[place]) for place in known.answers)
    ]  # fmt: skip
    assert len(asked) > 1000
    assert len(aside) <= 0.001 * len(asked), aside
