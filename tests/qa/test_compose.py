from dataclasses import replace
from datetime import date

import pytest

from corpus.clean import Line
from corpus.plain import plain_document
from corpus.withdrawn import Withdrawn
from index.chunk import chunk_document
from index.types import Chunk, Evidence, Hit
from qa.compose import ADDS, ADDS_SHARE, AMOUNT, LEAST, MOST_CLINIC, Composer
from qa.precedence import CLINIC_MALUS

TODAY = date(2026, 11, 23)


def hit(chunks: list[Chunk], name: str, *scores: float) -> Hit:
    chunk = next(chunk for chunk in chunks if chunk.id == name)
    units = list(chunk.passage.units())
    padded = [*scores, *[0.0] * (len(units) - len(scores))]
    return Hit(chunk, 1.0, tuple(Evidence(unit, score) for unit, score in zip(units, padded, strict=True)))


def quotes(composer: Composer, hits: list[Hit], **options: object) -> list[str]:
    draft = composer.compose(hits, TODAY, **options)  # type: ignore[arg-type]
    return [] if draft is None else [chunk.quote(s.start, s.end) for chunk, s in draft.sentences()]


def test_nothing_is_said_when_the_best_is_too_weak(composer: Composer, chunks: list[Chunk]) -> None:
    assert composer.compose([hit(chunks, "source#length", LEAST / 2)], TODAY) is None
    assert composer.compose([], TODAY) is None


def test_a_companion_travels_with_its_sentence(composer: Composer, chunks: list[Chunk]) -> None:
    assert quotes(composer, [hit(chunks, "guide#visit", 0.9)]) == [
        "A visit means at least two hours of watching after the dose.",
        "Your own clinic may keep you longer.",
    ]


def test_a_guide_goes_on_under_its_heading(composer: Composer, chunks: list[Chunk]) -> None:
    said = quotes(composer, [hit(chunks, "guide#visit", 0.9, 0.0, 0.5), hit(chunks, "source#length", 0.8)])
    assert said[2:] == ["The usual device holds 28 mg of the medicine."]


def test_the_same_fact_is_not_said_twice(composer: Composer, chunks: list[Chunk]) -> None:
    said = quotes(composer, [hit(chunks, "guide#visit", 0.9), hit(chunks, "source#length", 0.9, 0.9)])
    assert "Patients stay for at least two hours after each dose." not in said
    assert "The whole visit takes about three hours." not in said


def test_a_source_needs_a_clear_lead_over_a_guide(composer: Composer, chunks: list[Chunk]) -> None:
    close = quotes(composer, [hit(chunks, "source#length", 0.90), hit(chunks, "guide#visit", 0.87)])
    clear = quotes(composer, [hit(chunks, "source#length", 0.95), hit(chunks, "guide#visit", 0.87)])
    assert close[0].startswith("A visit means")
    assert clear[0].startswith("Patients stay")


def test_one_side_of_a_difference_brings_the_other(composer: Composer, chunks: list[Chunk]) -> None:
    draft = composer.compose([hit(chunks, "source#opinion", 0.9, 0.1)], TODAY)
    assert draft is not None
    assert [group.id for group in draft.differences] == ["trials"]
    assert len(draft.sentences()) == 2


def test_what_stands_beside_a_topic_follows_the_opening(composer: Composer, chunks: list[Chunk]) -> None:
    hits = [hit(chunks, "source#opinion", 0.0), hit(chunks, "guide#visit", 0.9)]
    alone = quotes(composer, hits)
    beside = quotes(composer, hits, beside=["ZZ-000", "AA-003", "AA-005"])
    assert beside[:2] == alone[:2]
    assert beside[2:] == [
        "One trial found a benefit over four weeks.",
        "Another trial found no benefit over four weeks.",
    ]
    assert quotes(composer, hits, beside=["AA-005", "AA-001"]) == alone
    assert quotes(composer, hits, beside=["ZZ-000"]) == alone


def test_an_expired_sentence_is_not_quoted(composer: Composer, chunks: list[Chunk]) -> None:
    hits = [hit(chunks, "source#expiring", 0.9)]
    assert composer.compose(hits, date(2026, 12, 31)) is not None
    assert composer.compose(hits, date(2027, 1, 1)) is None


def test_what_is_withdrawn_is_neither_said_nor_counted_as_a_counterpart(
    composer: Composer, chunks: list[Chunk]
) -> None:
    opinion = hit(chunks, "source#opinion", 0.9, 0.1)
    first, second = opinion.chunk.passage.sentences
    for gone in (first, second):
        withdrawn = Withdrawn(frozenset({("source", gone.start)}))
        assert composer.compose([opinion], TODAY, withdrawn=withdrawn) is None
        assert composer.compose([], TODAY, further=[[opinion]], withdrawn=withdrawn) is None
    other = Withdrawn(frozenset({("guide", first.start)}))
    assert len(quotes(composer, [opinion], withdrawn=other)) == 2


def test_amounts_can_be_left_out(composer: Composer, chunks: list[Chunk]) -> None:
    hits = [hit(chunks, "guide#visit", 0.9, 0.9, 0.9)]
    assert any("28 mg" in quote for quote in quotes(composer, hits))
    assert not any("28 mg" in quote for quote in quotes(composer, hits, without_amounts=True))


def test_weaker_units_from_elsewhere_are_left_out(composer: Composer, chunks: list[Chunk]) -> None:
    weak = quotes(composer, [hit(chunks, "guide#visit", 0.9), hit(chunks, "source#opinion", 0.9 * ADDS_SHARE - 0.01)])
    strong = quotes(composer, [hit(chunks, "guide#visit", 0.9), hit(chunks, "source#opinion", 0.9 * ADDS_SHARE + 0.01)])
    assert len(weak) == 2
    assert len(strong) == 4


def test_the_order_of_hits_does_not_matter(composer: Composer, chunks: list[Chunk]) -> None:
    hits = [
        hit(chunks, "guide#visit", 0.9, 0.6),
        hit(chunks, "source#length", 0.9, 0.9),
        hit(chunks, "source#opinion", 0.8),
    ]
    assert quotes(composer, hits) == quotes(composer, hits[::-1])


@pytest.mark.parametrize("text", ["56 mg", "0.5 mg/kg", "half a mg per kg", "two sprays", "3 tablets", "10 ml", "1 g"])
def test_amounts_are_recognised(text: str) -> None:
    assert AMOUNT.search(f"Take {text} today.")


@pytest.mark.parametrize("text", ["for 40 minutes", "in 2019", "84% of people", "the spray", "a tablet"])
def test_other_figures_are_no_amounts(text: str) -> None:
    assert not AMOUNT.search(f"It was {text} here.")


LAX = "You can drive after two hours."


def own(text: str, *scores: float) -> Hit:
    """A hit in a clinic's own document of one paragraph."""
    document = plain_document("harbour--page", "A page", "clinic", [Line(1, text, heading=False)])
    [chunk] = chunk_document(document)
    return hit([chunk], chunk.id, *scores)


def test_a_clinic_never_opens_where_a_label_answers(composer: Composer, chunks: list[Chunk]) -> None:
    said = quotes(composer, [own("Our nurses watch you in a quiet room.", 0.99), hit(chunks, "source#length", ADDS)])
    assert said == ["Patients stay for at least two hours after each dose.", "Our nurses watch you in a quiet room."]


def test_a_clinic_opens_where_nothing_curated_answers(composer: Composer, chunks: list[Chunk]) -> None:
    weak = hit(chunks, "source#length", ADDS - 0.01)
    assert quotes(composer, [own("A harp is played in our hall.", 0.8), weak]) == ["A harp is played in our hall."]


def test_a_clinic_opens_before_a_trial_only_with_a_clear_lead(composer: Composer, chunks: list[Chunk]) -> None:
    trial = hit(chunks, "source#opinion", 0.6)
    close = quotes(composer, [own("A harp is played in our hall.", 0.6 + CLINIC_MALUS - 0.01), trial])
    clear = quotes(composer, [own("A harp is played in our hall.", 0.6 + CLINIC_MALUS + 0.01), trial])
    assert close[0].startswith("One trial")
    assert clear[0].startswith("A harp")


def test_in_its_own_matter_the_clinic_opens_and_no_other_clinic_is_added(
    composer: Composer, chunks: list[Chunk]
) -> None:
    hits = [
        own("An infusion costs 300 dollars here. The door is at the back.", 0.6, 0.5),
        hit(chunks, "guide#visit", 0.9, 0.9, 0.9),
    ]
    assert quotes(composer, hits, own_matter=True) == [
        "An infusion costs 300 dollars here.", "The door is at the back.",
    ]  # fmt: skip
    assert quotes(composer, hits[1:], own_matter=True)[0].startswith("A visit means")


def test_in_its_own_matter_a_weak_clinic_sentence_does_not_open(composer: Composer, chunks: list[Chunk]) -> None:
    hits = [own("The door is at the back.", ADDS - 0.01), hit(chunks, "guide#visit", 0.9)]
    assert quotes(composer, hits, own_matter=True)[0].startswith("A visit means")


@pytest.mark.parametrize("own_matter", [True, False])
def test_a_sentence_laxer_than_the_label_is_never_quoted(
    composer: Composer, chunks: list[Chunk], own_matter: bool
) -> None:
    assert quotes(composer, [own(LAX, 0.99)], own_matter=own_matter) == []
    beside = quotes(
        composer,
        [own(f"A harp is played in our hall. {LAX}", 0.7, 0.99), hit(chunks, "guide#visit", 0.9)],
        own_matter=own_matter,
    )
    assert LAX not in beside
    assert "A harp is played in our hall." in beside


def test_a_sentence_after_it_does_not_excuse_a_lax_one(composer: Composer) -> None:
    said = quotes(composer, [own(f"{LAX} It is not far to the motorway.", 0.99, 0.99)])
    assert LAX not in said


def test_a_clinic_adds_to_a_full_curated_answer_but_not_at_length(composer: Composer, chunks: list[Chunk]) -> None:
    visit = hit(chunks, "guide#visit", 0.9, 0.0, 0.9)
    assert len(quotes(composer, [visit])) == 3
    extra = own("A harp is played. The garden has apples. The stairs are steep.", 0.5, 0.6, 0.7)
    said = quotes(composer, [visit, extra])
    assert said[:2] == [
        "A visit means at least two hours of watching after the dose.",
        "Your own clinic may keep you longer.",
    ]
    assert said[2:] == ["The stairs are steep.", "The garden has apples."]
    assert len(said[2:]) == MOST_CLINIC


def test_a_clinic_that_says_the_same_again_is_not_added(composer: Composer, chunks: list[Chunk]) -> None:
    same = own("A visit means at least two hours of watching after your dose.", 0.9)
    assert len(quotes(composer, [hit(chunks, "guide#visit", 0.9), same])) == 2


def test_a_clinic_s_amounts_are_left_out_too(composer: Composer) -> None:
    assert quotes(composer, [own("We give 56 mg to each visitor.", 0.9)], without_amounts=True) == []


def test_the_foremost_sentence_of_the_first_unit_opens_and_its_companions_follow(
    composer: Composer, chunks: list[Chunk]
) -> None:
    [found] = [hit(chunks, "guide#visit", 0.9)]
    turned = replace(found, evidence=tuple(replace(one, foremost=int(one.score > 0)) for one in found.evidence))
    assert quotes(composer, [turned]) == [
        "Your own clinic may keep you longer.",
        "A visit means at least two hours of watching after the dose.",
    ]
