import pytest

from index.years import other_years, years_of


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("how many people used it in 2025", {2025}),
        ("what is the 2024 figure for use", {2024}),
        ("Is Spravato approved in 2026?", set()),
        ("what does it cost in 2026", set()),
        ("deaths during 2019 and in 2021?", {2019, 2021}),
        ("was it approved before 2020", set()),
        ("since 2019, who may take it", set()),
        ("a trial of 2000 people", set()),
        ("what changed", set()),
    ],
)
def test_only_years_that_are_asked_about_count(question: str, years: set[int]) -> None:
    assert years_of(question) == years


def test_a_sentence_of_other_years_does_not_answer() -> None:
    text = "1.3% in 2020, 0.9% in 2021 and 1.2% in 2022"
    assert other_years(frozenset({2025}), text)
    assert other_years(frozenset({1999}), text)
    assert not other_years(frozenset({2021}), text)
    assert not other_years(frozenset({2021, 2025}), text)


def test_a_sentence_without_years_or_a_question_without_them_is_left() -> None:
    assert not other_years(frozenset({2025}), "Use has risen.")
    assert not other_years(frozenset(), "Use rose in 2020.")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("It has been approved since 2019.", False),
        ("Approved since 5 March 2019 for adults.", False),
        ("The waiver ends on 31 December 2026.", True),
        ("The waiver runs until the end of 2031.", False),
        ("A survey of 2022 counted them.", True),
    ],
)
def test_what_holds_since_or_until_a_year_reaches_beyond_it(text: str, *, other: bool) -> None:
    assert other_years(frozenset({2030}), text) is other
