"""What a withdrawal takes along, and what it leaves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CorpusError
from corpus.types import Corpus, Document, Passage, Sentence
from corpus.withdrawn import (
    NOTHING,
    Correction,
    Target,
    Withdrawn,
    all_sentences,
    in_force,
    parse_target,
    sentences_of,
    withdrawn_from,
)

WORDS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
FLAGS = st.lists(st.sampled_from(["plain", "companion", "leans"]), min_size=1, max_size=8)


def document(name: str, *passages: list[tuple[str, str]]) -> Document:
    """Sentences as (text, flag), one passage a list."""
    text, made = f"{name}\n", []
    for number, told in enumerate(passages):
        sentences = []
        for said, flag in told:
            start = len(text)
            text += f"{said} "
            sentences.append(Sentence(start, start + len(said), companion=flag == "companion", leans=flag == "leans"))
        made.append(Passage(f"p{number}", (name,), sentences[0].start, sentences[-1].end, tuple(sentences)))
    return Document(name, name, "guide", text, tuple(made))


def corpus(*documents: Document) -> Corpus:
    return Corpus(documents, {})


def withdrawal(target: str, *quotes: str, site: str = "") -> Correction:
    return Correction("2026-11-29T10:00:00+00:00", "withdraw", parse_target(target), quotes, "wrong", site)


VISITS = document(
    "visits",
    [("You stay two hours.", "plain"), ("Your clinic may keep you longer.", "companion"), ("It is quiet.", "leans")],
    [("A nurse rings you.", "plain")],
)
ROOMS = document("rooms", [("The room has chairs.", "plain"), ("A nurse rings you.", "plain")])
BOTH = corpus(VISITS, ROOMS)


def gone(*withdrawals: Correction) -> list[str]:
    withdrawn = withdrawn_from(BOTH, withdrawals)
    return [one.text for one in all_sentences(BOTH) if one.key in withdrawn.places]


def test_without_a_withdrawal_nothing_is_gone() -> None:
    assert withdrawn_from(BOTH, []) is NOTHING
    assert not NOTHING.touches("visits", VISITS.passages[0].sentences)


def test_a_document_goes_as_a_whole() -> None:
    assert gone(withdrawal("rooms")) == ["The room has chairs.", "A nurse rings you."]


def test_a_passage_goes_and_leaves_the_others() -> None:
    assert gone(withdrawal("visits#p1")) == ["A nurse rings you."]


def test_a_sentence_goes_with_what_is_quoted_only_together_with_it() -> None:
    whole = ["You stay two hours.", "Your clinic may keep you longer.", "It is quiet."]
    assert gone(withdrawal('visits#p0:"you stay"')) == whole
    assert gone(withdrawal("visits#p0:Your clinic")) == whole
    assert gone(withdrawal("visits#p0:It is quiet")) == ["It is quiet."]


def test_the_same_words_go_wherever_they_stand() -> None:
    assert gone(withdrawal("visits#p1:A nurse", "A nurse rings you.")) == ["A nurse rings you."] * 2


def test_a_sentence_stays_withdrawn_when_its_anchor_is_renamed() -> None:
    renamed = replace(VISITS, passages=tuple(replace(one, anchor=f"new-{one.anchor}") for one in VISITS.passages))
    found = withdrawn_from(corpus(renamed), [withdrawal("visits#p1:A nurse", "A nurse rings you.")])
    assert found.places == {("visits", VISITS.passages[1].start)}


def test_a_passage_is_shown_without_the_sentence() -> None:
    passage = VISITS.passages[0]
    text = VISITS.text[passage.start : passage.end]
    withdrawn = withdrawn_from(BOTH, [withdrawal("visits#p0:It is quiet")])
    cut = withdrawn.cut("visits", passage, text, "[withdrawn]")
    assert cut == "You stay two hours. Your clinic may keep you longer. [withdrawn]"
    assert NOTHING.cut("visits", passage, text, "[withdrawn]") == text


def test_a_withdrawal_ends_where_it_is_restored_on_the_same_site() -> None:
    everywhere, there = withdrawal("visits"), withdrawal("visits", site="hill")
    ended = replace(there, action="restore")
    assert in_force([everywhere, there]) == [everywhere, there]
    assert in_force([everywhere, there, ended]) == [everywhere]
    assert in_force([there, ended, there]) == [there]
    assert in_force([everywhere, there], "harbour") == [everywhere]
    assert in_force([everywhere, there], "hill") == [everywhere, there]


@pytest.mark.parametrize("written", ["", "#anchor", "visits#", "visits:words", "visits#a:", 'visits#a:""', "a b"])
def test_what_names_nothing_is_refused(written: str) -> None:
    with pytest.raises(CorpusError, match=r"names nothing|no opening words") as caught:
        parse_target(written)
    assert "DOCUMENT" in caught.value.remedy


@given(WORDS, WORDS, st.from_regex(r"[A-Za-z][A-Za-z :#,.]{0,20}[a-z]", fullmatch=True))
def test_a_target_is_read_as_it_is_written(name: str, anchor: str, words: str) -> None:
    for target in (Target(name), Target(name, anchor), Target(name, anchor, words)):
        assert parse_target(str(target)) == target


def test_a_target_that_is_not_there_names_no_sentence() -> None:
    assert sentences_of(Target("nowhere"), BOTH) == []
    assert sentences_of(Target("visits", "p0", "Nobody"), BOTH) == []


@given(FLAGS, st.sets(st.integers(0, 7)))
def test_exactly_the_units_without_a_withdrawn_sentence_can_be_quoted(flags: list[str], chosen: set[int]) -> None:
    one = document("one", [(f"Sentence {place}.", flag) for place, flag in enumerate(flags)])
    quotes = [f"Sentence {place}." for place in chosen]
    withdrawn = withdrawn_from(corpus(one), [withdrawal("other#p0:x", *quotes)] if quotes else [])
    [passage] = one.passages
    direct = {sentence.start for sentence in passage.sentences if one.text[sentence.start : sentence.end] in quotes}
    for unit in passage.units():
        assert withdrawn.touches("one", unit.sentences) == bool(direct & {each.start for each in unit.sentences})
    assert {("one", start) for start in direct} <= withdrawn.places


@given(FLAGS, st.sets(st.integers(0, 7)))
def test_a_cut_passage_holds_what_is_left_and_nothing_else(flags: list[str], chosen: set[int]) -> None:
    one = document("one", [(f"Sentence {place}.", flag) for place, flag in enumerate(flags)])
    [passage] = one.passages
    withdrawn = Withdrawn(frozenset(("one", passage.sentences[place].start) for place in chosen if place < len(flags)))
    cut = withdrawn.cut("one", passage, one.text[passage.start : passage.end], "[x]")
    told = [f"Sentence {place}." if place not in chosen else "[x]" for place in range(len(flags))]
    assert cut == " ".join(told)
