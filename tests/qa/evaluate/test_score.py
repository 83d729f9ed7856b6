from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from corpus.types import Corpus, Document, Fact
from qa.disclaimer import DISCLAIMER
from qa.evaluate.reference import Nearness
from qa.evaluate.score import ERROR, Response, Score, score, shown_texts
from qa.evaluate.testset import Case

FIRST = "Patients rest for two hours."
SECOND = "A nurse stays near."
TEXT = f"{FIRST} {SECOND}"
PROOF = "They rest 2 h."
CASE = Case("Q1", "How long?", ("answered",), ("visit",))


def cite(number: int, quote: str, start: int, **changes: object) -> dict[str, Any]:
    """A citation of the small document; its evidence stands in the other one."""
    proof = {"document": "proof", "quote": PROOF, "start": 0, "end": len(PROOF)}
    plain = {
        "number": number, "document": "visits", "passage": TEXT, "quote": quote, "start": start,
        "end": start + len(quote), "evidence": [proof],
    }  # fmt: skip
    return {**plain, **changes}


def answer(**changes: object) -> dict[str, Any]:
    """An answer of both sentences in which nothing is wrong."""
    plain = {
        "outcome": "answered",
        "text": f"{FIRST} [1] {SECOND} [2]",
        "sentences": [{"text": FIRST, "citations": [1]}, {"text": SECOND, "citations": [2]}],
        "citations": [cite(1, FIRST, 0), cite(2, SECOND, 29)],
        "notices": [],
        "confidence": 0.75,
        "disclaimer": DISCLAIMER,
    }
    return {**plain, **changes}


def said(*sentences: str, **changes: object) -> dict[str, Any]:
    """An answer of another outcome, without citations."""
    plain = {
        "outcome": "not_in_sources",
        "text": " ".join(sentences),
        "sentences": [{"text": sentence, "citations": []} for sentence in sentences],
        "citations": [],
    }
    return answer(**{**plain, **changes})


@pytest.fixture
def small() -> Corpus:
    documents = (Document("visits", "Visits", "source", TEXT, ()), Document("proof", "Proof", "source", PROOF, ()))
    facts: Mapping[str, Fact] = {}
    return Corpus(documents, facts)


@pytest.fixture
def scored(small: Corpus) -> Callable[..., Score]:
    """Scores an answer; changes are the case's."""

    def make(record: Mapping[str, Any] | None, **changes: object) -> Score:
        return score(replace(CASE, **changes), Response(record), small, {}, None)

    return make


def test_a_faultless_answer_is_right(scored: Callable[..., Score]) -> None:
    result = scored(
        answer(notices=[{"kind": "same_day", "text": "Phone today."}]),
        facts=(("2 hours", "TWO HOURS"), ("nurse",)),
        forbidden=("\\bmg\\b",),
        opens_with=("^patients rest",),
        notices=("same_day",),
        max_grade=9,
    )
    assert result.right
    assert result.faults() == []
    assert (result.facts, result.first_sentence, result.opened) == ((True, True), True, True)
    assert (result.supported, result.cited, result.words, result.confidence) == ((2, 2), (2, 2), 9, 0.75)
    # 9 words, 2 sentences, syllables: 2+1+1+1+1 and 1+1+1+1
    assert result.grade == pytest.approx(0.39 * 9 / 2 + 11.8 * 10 / 9 - 15.59)


@pytest.mark.parametrize(("outcome", "right"), [("declined", True), ("crisis", True), ("answered", False)])
def test_any_outcome_of_the_case_is_right(scored: Callable[..., Score], outcome: str, right: bool) -> None:
    result = scored(said("No.", outcome=outcome), outcome=("declined", "crisis"))
    assert (result.outcome, result.right_outcome) == (outcome, right)
    assert (f"outcome {outcome}" in result.faults()) is not right


def test_each_group_of_facts_needs_one_match(scored: Callable[..., Score]) -> None:
    result = scored(answer(), facts=(("four hours", "4 h"), ("nurse stays", "doctor stays")))
    assert result.facts == (False, True)
    assert result.first_sentence is False
    assert result.faults() == ["fact group 1 is missing"]
    assert not result.right


def test_the_first_sentence_needs_one_group_only(scored: Callable[..., Score]) -> None:
    assert scored(answer(), facts=(("four hours",), ("two hours",))).first_sentence is True
    assert scored(answer()).first_sentence is None


def test_patterns_are_held_against_text_without_markers_and_notices(scored: Callable[..., Score]) -> None:
    record = answer(notices=[{"kind": "dated", "text": "Published in 2019."}])
    assert shown_texts(record) == [TEXT, "Published in 2019."]
    found = scored(record, facts=(("hours\\. a NURSE",), ("published in 2019",)), forbidden=("\\[1\\]", "\\d{4}"))
    assert found.facts == (True, True)
    assert found.forbidden == ("\\d{4}",)
    assert found.faults() == ["forbidden: \\d{4}"]


def test_nothing_that_is_not_shown_counts(scored: Callable[..., Score]) -> None:
    record = answer(question="four hours", follow_ups=["Is it four hours?"])
    assert scored(record, facts=(("four hours",),)).facts == (False,)
    assert scored(answer(), facts=(("not medical advice",),)).facts == (False,), "the disclaimer answers nothing"


def test_opens_with_looks_at_the_first_sentence_only(scored: Callable[..., Score]) -> None:
    later = scored(answer(notices=[{"kind": "crisis_line", "text": "Nurse"}]), opens_with=("nurse",))
    assert later.opened is False
    assert later.faults() == ["opens with something else"]
    assert scored(answer(), opens_with=("988", "two HOURS")).opened is True
    assert scored(answer()).opened is None


def test_a_notice_that_is_missing_is_named(scored: Callable[..., Score]) -> None:
    record = answer(notices=[{"kind": "dated", "text": "x"}])
    result = scored(record, notices=("dated", "same_day"))
    assert result.missing_notices == ("same_day",)
    assert result.faults() == ["notice same_day is missing"]


def test_a_card_must_not_quote(scored: Callable[..., Score]) -> None:
    quoting = answer(outcome="crisis")
    assert scored(quoting, outcome=("crisis",), no_citations=True).faults() == ["quotes the material"]
    assert scored(quoting, outcome=("crisis",)).right
    assert scored(said("Call 988.", outcome="crisis"), outcome=("crisis",), no_citations=True).right


def test_a_text_above_the_grade_is_too_hard(scored: Callable[..., Score]) -> None:
    # One sentence, 2 words of 4 syllables: 0.39 * 2 + 11.8 * 4 - 15.59 = 32.39
    record = said("Esketamine medication.")
    assert scored(record, outcome=("not_in_sources",), max_grade=32.3).faults() == ["reading grade 32.4"]
    assert scored(record, outcome=("not_in_sources",), max_grade=32.4).right
    assert scored(record, outcome=("not_in_sources",)).right


def test_an_error_is_wrong_in_all_that_the_case_asks_for(small: Corpus) -> None:
    case = replace(CASE, facts=(("a",), ("b",)), opens_with=("a",), notices=("same_day",), forbidden=("mg",))
    near = Nearness(0.0, 0.0, None)
    result = score(case, Response(None, "no answer within 30 seconds"), small, {"mrr": 0.0}, near)
    assert (result.outcome, result.right_outcome, result.right) == (ERROR, False, False)
    assert (result.facts, result.first_sentence, result.opened) == ((False, False), False, False)
    assert (result.missing_notices, result.forbidden, result.broken) == (("same_day",), (), ())
    assert (result.ranks, result.nearness) == ({"mrr": 0.0}, near)
    assert (result.words, result.grade, result.redundancy) == (None, None, None)
    assert result.faults() == [
        "outcome error",
        "error: no answer within 30 seconds",
        "fact group 1 is missing",
        "fact group 2 is missing",
        "opens with something else",
        "notice same_day is missing",
    ]


def test_an_error_is_not_wrong_in_what_the_case_does_not_ask_for(small: Corpus) -> None:
    result = score(CASE, Response(None, "x"), small, {}, None)
    assert (result.facts, result.first_sentence, result.opened, result.missing_notices) == ((), None, None, ())


def test_citations_that_are_off_by_one_sentence_support_nothing(scored: Callable[..., Score]) -> None:
    swapped = [{"text": FIRST, "citations": [2]}, {"text": SECOND, "citations": [1]}]
    result = scored(answer(sentences=swapped))
    assert (result.supported, result.cited) == ((0, 2), (2, 2))
    half = [{"text": FIRST, "citations": [1]}, {"text": SECOND, "citations": [1, 2]}]
    assert scored(answer(sentences=half)).supported == (2, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        cite(2, SECOND, 28),
        cite(2, SECOND, 29, end=47),
        cite(2, SECOND, 29, end=1000),
        cite(2, SECOND, -19, end=0),
        cite(2, SECOND, -18, end=1),
        cite(2, SECOND, 29, document="proof"),
        cite(2, SECOND, 29, document="nowhere"),
    ],
)
def test_a_quote_that_does_not_stand_at_its_place_breaks_a_rule(scored: Callable[..., Score], wrong: object) -> None:
    result = scored(answer(citations=[cite(1, FIRST, 0), wrong]))
    assert result.supported == (1, 2)
    assert result.broken == ("a quote of citation 2 is not in its document",)
    assert not result.right


def test_a_place_counted_from_the_end_is_none(scored: Callable[..., Score]) -> None:
    assert TEXT[-19:-1] == SECOND[:-1]
    record = answer(sentences=[{"text": SECOND[:-1], "citations": [1]}], citations=[cite(1, SECOND[:-1], -19, end=-1)])
    assert scored(record).supported == (0, 1)


def test_wrong_evidence_breaks_a_rule(scored: Callable[..., Score]) -> None:
    evidence = [{"document": "proof", "quote": PROOF, "start": 1, "end": 1 + len(PROOF)}]
    result = scored(answer(citations=[cite(1, FIRST, 0, evidence=evidence), cite(2, SECOND, 29)]))
    assert result.broken == ("a quote of citation 1 is not in its document",)
    assert result.supported == (2, 2), "the quote itself stands"


def test_without_the_corpus_a_quote_is_held_against_its_passage_and_length() -> None:
    def held(citation: dict[str, Any]) -> tuple[str, ...]:
        record = answer(sentences=[{"text": FIRST, "citations": [1]}], citations=[citation])
        return score(CASE, Response(record), None, {}, None).broken

    assert held(cite(1, FIRST, 500)) == (), "where it stands cannot be known"
    for wrong in (cite(1, FIRST, 0, end=27), cite(1, FIRST, 0, passage=SECOND), cite(1, FIRST, -5)):
        assert held(wrong) == ("a quote of citation 1 is not in its document",)


@pytest.mark.parametrize("disclaimer", ["", DISCLAIMER.lower(), DISCLAIMER + " ", DISCLAIMER.replace(",", ";", 1)])
def test_an_altered_disclaimer_breaks_a_rule(scored: Callable[..., Score], disclaimer: str) -> None:
    result = scored(answer(disclaimer=disclaimer))
    assert result.broken == ("the disclaimer is missing or altered",)
    assert not result.right


def test_answered_without_citations_breaks_a_rule(scored: Callable[..., Score]) -> None:
    result = scored(said("Two hours.", outcome="answered"))
    assert result.broken == ("answered without citations",)
    assert result.cited == (0, 1)


@pytest.mark.parametrize("numbers", [[1], [1, 2, 3]])
def test_numbers_that_do_not_agree_break_a_rule(scored: Callable[..., Score], numbers: list[int]) -> None:
    result = scored(answer(sentences=[{"text": FIRST, "citations": numbers}]))
    assert result.broken == ("sentences and citations do not name the same numbers",)


def test_citation_recall_counts_the_sentences_of_answers_only(scored: Callable[..., Score]) -> None:
    half = [{"text": FIRST, "citations": [1, 2]}, {"text": SECOND, "citations": []}]
    assert scored(answer(sentences=half)).cited == (1, 2)
    assert scored(answer(sentences=half, outcome="declined")).cited == (0, 0)
    assert scored(answer(sentences=half, outcome="declined")).words is None


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        # patient rest clinic two hour | patient rest home four hour: 3 of 5
        (("Patients rest in the clinic for two hours.", "Patients rest at home for four hours."), 3 / 5),
        # nurs stay | nurs stay near: both words of the shorter one
        (("A nurse stays.", "The nurses stay near."), 1.0),
        # the closest pair decides: {nurs, stay} with {nurs, call} shares 1 of 2, the others nothing
        (("A nurse stays.", "Rest.", "A nurse calls."), 1 / 2),
        (("A nurse stays.", "Rest at home."), 0.0),
        (("A nurse stays.",), None),
        (("A nurse stays.", "It is."), None),
    ],
)
def test_redundancy_is_the_highest_share_of_common_words(
    scored: Callable[..., Score], sentences: tuple[str, ...], expected: float | None
) -> None:
    assert scored(said(*sentences)).redundancy == expected


def test_an_answer_without_a_sentence_opens_with_nothing(scored: Callable[..., Score]) -> None:
    result = scored(said(), opens_with=(".",), facts=((".",),))
    assert (result.opened, result.first_sentence, result.facts, result.grade) == (False, False, (False,), 0.0)
