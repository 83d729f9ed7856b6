from datetime import date

import pytest

from corpus.types import Corpus
from index.types import Chunk
from qa.citations import Citer
from qa.compose import Draft, Pick
from qa.notices import notices_for
from qa.policy.lines import regions
from qa.types import Citation, Notice

TODAY = date(2026, 11, 23)


def cited(corpus: Corpus, chunks: list[Chunk], name: str) -> tuple[Draft, list[Citation]]:
    chunk = next(chunk for chunk in chunks if chunk.id == name)
    picks = tuple(Pick(chunk, unit, 0.9) for unit in chunk.passage.units())
    draft = Draft(picks, corpus.differences if "opinion" in name else (), 0.9)
    citer = Citer(corpus)
    return draft, [citer.cite(n, *sentence, TODAY) for n, sentence in enumerate(draft.sentences(), start=1)]


def notices(corpus: Corpus, chunks: list[Chunk], name: str, *, sensitive: bool = False) -> dict[str, str]:
    draft, citations = cited(corpus, chunks, name)
    found = notices_for(draft, citations, corpus, regions()["US"], TODAY, sensitive=sensitive)
    assert all(isinstance(notice, Notice) for notice in found)
    return {notice.kind: notice.text for notice in found}


def test_who_is_to_phone_the_clinic_reads_its_number(corpus: Corpus) -> None:
    found = notices_for(None, (), corpus, regions()["US"], TODAY, sensitive=False, same_day=True, phones="555 0100")
    assert (
        found[0].text == "Please phone your clinic or doctor today. If it gets worse, call 911. This clinic: 555 0100."
    )
    [bare] = notices_for(None, (), corpus, regions()["US"], TODAY, sensitive=False, same_day=True)
    assert bare.text == "Please phone your clinic or doctor today. If it gets worse, call 911."


def test_a_difference_names_both_sides_with_dates(corpus: Corpus, chunks: list[Chunk]) -> None:
    text = notices(corpus, chunks, "source#opinion")["sources_differ"]
    assert "the benefit at four weeks" in text
    assert "Publisher of AA-003, 2021" in text
    assert "Publisher of AA-004, 2024-05" in text


def test_an_undated_label_is_said_to_be_old(corpus: Corpus, chunks: list[Chunk]) -> None:
    assert "Publisher of AA-006, undated" in notices(corpus, chunks, "guide#visit")["dated"]


def test_a_recent_source_needs_no_notice(corpus: Corpus, chunks: list[Chunk]) -> None:
    assert notices(corpus, chunks, "source#length") == {}


def test_a_question_about_suicide_brings_the_line(corpus: Corpus, chunks: list[Chunk]) -> None:
    assert "988" in notices(corpus, chunks, "source#length", sensitive=True)["crisis_line"]


@pytest.mark.parametrize(("today", "old"), [(date(2026, 1, 1), False), (date(2032, 1, 1), True)])
def test_a_label_ages_after_five_years(corpus: Corpus, chunks: list[Chunk], today: date, old: bool) -> None:
    draft, citations = cited(corpus, chunks, "source#length")
    found = notices_for(draft, citations[:1], corpus, regions()["US"], today, sensitive=False)
    assert bool(found) is old


def test_an_answer_on_preparation_opens_with_the_clinic_s_instructions(corpus: Corpus, chunks: list[Chunk]) -> None:
    draft, citations = cited(corpus, chunks, "source#opinion")
    told = notices_for(draft, citations, corpus, regions()["US"], TODAY, sensitive=False, preparation=True)
    assert told[0] == Notice("see_clinician", "Follow your clinic's written instructions.")
    urgent = notices_for(
        draft, citations, corpus, regions()["US"], TODAY, sensitive=True, same_day=True, preparation=True
    )
    assert [notice.kind for notice in urgent[:3]] == ["same_day", "crisis_line", "see_clinician"]
    assert notices_for(None, (), corpus, regions()["US"], TODAY, sensitive=False, preparation=True) == ()
