from collections.abc import Callable

import pytest

from corpus.figures import unsupported
from corpus.types import Fact

MakeFact = Callable[..., Fact]


@pytest.mark.parametrize(
    ("sentence", "statement"),
    [
        ("You rest for 2 hours.", "Rest lasts 2 hours."),
        ("You rest for two hours.", "Rest lasts 2 hours."),
        ("You rest for 2 hours.", "Rest lasts two hours."),
        ("You come twice.", "Visits: 2."),
        ("You come for twelve weeks.", "A course lasts 12 weeks."),
        ("You come for 30 days.", "A course lasts thirty days."),
        ("There are 1,200 chairs.", "There are 1200 chairs."),
        ("There are 0.5 units.", "It holds 0.5 units."),
        ("Chairs cost $400.", "Chairs cost 400 dollars."),
        ("One of them is quiet.", "Only one of them is quiet."),
        ("A room has no figure.", "Nothing."),
    ],
)
def test_figures_that_stand_in_the_fact(make_fact: MakeFact, sentence: str, statement: str) -> None:
    assert unsupported(sentence, [make_fact(statement=statement)]) == []


@pytest.mark.parametrize(
    ("sentence", "statement", "missing"),
    [
        ("You rest for 3 hours.", "Rest lasts 2 hours.", ["figure 3"]),
        ("You rest for three hours.", "Rest lasts 2 hours.", ["figure 3"]),
        ("There are 0.4 units.", "It holds 0.5 units.", ["figure 0.4"]),
        ("There are 1,300 chairs.", "There are 1,200 chairs.", ["figure 1300"]),
        ("There are 12 chairs.", "There are 120 chairs.", ["figure 12"]),
        ("There are 3 or 4 chairs.", "There are 5 chairs.", ["figure 3", "figure 4"]),
    ],
)
def test_figures_that_do_not(make_fact: MakeFact, sentence: str, statement: str, missing: list[str]) -> None:
    assert unsupported(sentence, [make_fact(statement=statement)]) == missing


def test_any_of_several_facts_may_hold_the_figure(make_fact: MakeFact) -> None:
    facts = [make_fact(statement="Rest lasts 2 hours."), make_fact(figures="4 chairs")]
    assert unsupported("You rest 2 hours in one of 4 chairs.", [*facts, make_fact(statement="one")]) == []


@pytest.mark.parametrize(
    ("sentence", "statement"),
    [
        ("About 3 in 10 people sat.", "29% of people sat."),
        ("About three in ten people sat.", "29% of people sat."),
        ("About 3 in 10 people sat.", "Between 28 and 35% of people sat."),
        ("About 3 out of 10 people sat.", "25 per cent of people sat."),
        ("About 29 in 100 people sat.", "29.4% of people sat."),
        ("About 3 in 1,000 people sat.", "0.3% of people sat."),
        ("About half of people sat.", "52% of people sat."),
        ("About a third of people sat.", "34% of people sat."),
        ("Two thirds of people sat.", "2 of 3, or 66%, sat."),
        ("A quarter of people sat.", "One quarter sat."),
    ],
)
def test_shares_that_round_a_percentage(make_fact: MakeFact, sentence: str, statement: str) -> None:
    assert unsupported(sentence, [make_fact(statement=statement)]) == []


@pytest.mark.parametrize(
    ("sentence", "statement", "missing"),
    [
        ("About 3 in 10 people sat.", "36% of people sat.", ["figure 3", "figure 10"]),
        ("About 3 in 10 people sat.", "29 people sat.", ["figure 3", "figure 10"]),
        ("About 31 in 100 people sat.", "29% of people sat.", ["figure 31", "figure 100"]),
        ("About half of people sat.", "61% of people sat.", ["'half'"]),
        ("A third of people sat.", "40% of people sat.", ["'third'"]),
    ],
)
def test_shares_that_do_not(make_fact: MakeFact, sentence: str, statement: str, missing: list[str]) -> None:
    assert unsupported(sentence, [make_fact(statement=statement)]) == missing


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("The rule of March 2025 holds.", {"published": "2025-03-13"}),
        ("The rule of March 2025 holds.", {"statement": "Since March 2025."}),
        ("The rule of 13 March 2025 holds.", {"edition": "13 Mar 2025"}),
    ],
)
def test_months_that_stand_in_the_fact(make_fact: MakeFact, sentence: str, fact: dict[str, str]) -> None:
    assert unsupported(sentence, [make_fact(**fact)]) == []


def test_a_month_that_does_not(make_fact: MakeFact) -> None:
    assert unsupported("The rule of April 2025 holds.", [make_fact(published="2025-03-13")]) == ["month April"]


def test_may_as_a_verb_is_no_month(make_fact: MakeFact) -> None:
    assert unsupported("You may rest in a chair.", [make_fact()]) == []


@pytest.mark.parametrize(
    ("sentence", "statement"),
    [
        ("Spravato is a spray.", "Esketamine is a spray."),
        ("Esketamine is a spray.", "Spravato is a spray."),
        ("Ketamine is given.", "The medicine is given by drip."),
        ("Ketamine and lithium are given.", "Lithium with the medicine."),
    ],
)
def test_medicines_that_the_fact_names(make_fact: MakeFact, sentence: str, statement: str) -> None:
    assert unsupported(sentence, [make_fact(statement=statement)]) == []


@pytest.mark.parametrize(
    ("sentence", "statement", "missing"),
    [
        ("Esketamine is given.", "Ketamine is given.", "esketamine"),
        ("Ketamine is given.", "Esketamine is given.", "ketamine"),
        ("Ketamine and lithium are given.", "Ketamine is given.", "lithium"),
    ],
)
def test_a_medicine_that_it_does_not(make_fact: MakeFact, sentence: str, statement: str, missing: str) -> None:
    assert unsupported(sentence, [make_fact(statement=statement)]) == [f"medicine {missing}"]


@pytest.mark.parametrize(
    ("sentence", "fact", "missing"),
    [
        ("The rule of March 2025 holds.", {"statement": "A marked change in 2025. Marked."}, "month March"),
        ("A third of people sat.", {"statement": "The half-life is short."}, "'third'"),
        ("A course has eight-week parts.", {"statement": "A course has 6-week parts."}, "figure 8"),
        ("Fifty percent of people sat.", {"statement": "20% of people sat."}, "figure 50"),
        ("The room has 7 chairs.", {"statement": "The room has chairs.", "published": "2024-07-01"}, "figure 7"),
    ],
)
def test_what_only_looks_like_support_is_none(
    make_fact: MakeFact, sentence: str, fact: dict[str, str], missing: str
) -> None:
    assert unsupported(sentence, [make_fact(**fact)]) == [missing]
