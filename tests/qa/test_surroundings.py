"""What stands around a quote, and which citations contradict each other, in the small corpus of the composition."""

from dataclasses import replace
from datetime import date

import pytest

from corpus.types import Corpus
from index.types import Chunk
from qa.citations import Citer
from qa.disclaimer import DISCLAIMER
from qa.surroundings import Around, around, comparisons
from qa.types import Answer, AnswerSentence, Citation, Notice, NoticeKind

DAY = date(2026, 1, 15)


@pytest.fixture
def cited(citer: Citer, chunks: list[Chunk]) -> dict[str, Citation]:
    """A citation of every sentence of the corpus, by its text."""
    found = [(chunk, sentence) for chunk in chunks for sentence in chunk.passage.sentences]
    made = [citer.cite(number, chunk, sentence, DAY) for number, (chunk, sentence) in enumerate(found, start=1)]
    return {citation.quote: citation for citation in made}


def answer_of(*citations: Citation, notice: NoticeKind = "sources_differ") -> Answer:
    numbered = [Citation(**{name: getattr(one, name) for name in Citation.__slots__} | {"number": number})
                for number, one in enumerate(citations, start=1)]  # fmt: skip
    said = tuple(AnswerSentence(one.quote, (one.number,)) for one in numbered)
    return Answer("q", "answered", said, DISCLAIMER, tuple(numbered), (Notice(notice, "."),))


def test_a_companion_is_bound_to_the_sentence_before_it(corpus: Corpus, cited: dict[str, Citation]) -> None:
    own = cited["Your own clinic may keep you longer."]
    assert around(corpus, own) == Around(
        "A visit means at least two hours of watching after the dose.", "Plan for about three hours in all.", True
    )


def test_a_document_begins_and_ends_with_nothing(corpus: Corpus, cited: dict[str, Citation]) -> None:
    assert around(corpus, cited["A rule on video visits holds for now."]).after == ""
    first = around(corpus, cited["Patients stay for at least two hours after each dose."])
    assert first == Around("", "The whole visit takes about three hours.")


def test_a_quote_that_the_corpus_no_longer_holds_has_nothing_around_it(cited: dict[str, Citation]) -> None:
    assert around(Corpus((), {}), next(iter(cited.values()))) == Around()


def test_citations_on_both_sides_are_compared(corpus: Corpus, cited: dict[str, Citation]) -> None:
    new, old = (cited[f"{one} found {what} benefit over four weeks."]
                for one, what in (("Another trial", "no"), ("One trial", "a")))  # fmt: skip
    answer = answer_of(new, old)
    [compared] = comparisons(corpus, answer)
    assert compared.topic == "the benefit at four weeks"
    assert [side.published for side in compared.sides] == ["2021", "2024-05"]
    assert comparisons(corpus, answer_of(old)) == ()
    assert comparisons(corpus, answer_of(new, old, notice="dated")) == ()


def test_a_side_has_the_date_of_its_fact_though_its_sentence_rests_on_another_first(
    corpus: Corpus, cited: dict[str, Citation]
) -> None:
    new, old = (cited[f"{one} found {what} benefit over four weeks."]
                for one, what in (("Another trial", "no"), ("One trial", "a")))  # fmt: skip
    elsewhere = replace(old, facts=("XX-999", *old.facts), publisher="Somebody else", published="undated")
    [compared] = comparisons(corpus, answer_of(new, elsewhere))
    assert [side.published for side in compared.sides] == ["2021", "2024-05"]
    assert "Somebody else" not in [side.publisher for side in compared.sides]
