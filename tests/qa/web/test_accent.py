"""A site's colour is readable whatever it is; the contrasts are those that WCAG's own examples give."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.web.accent import AIMS, DEFAULT, PAPERS, accent_of, accent_style, contrast, readable

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio
    assert contrast(one, other) == contrast(other, one)


@given(COLOURS)
def test_every_colour_becomes_readable_in_both_themes(colour: str) -> None:
    for theme, paper in PAPERS.items():
        assert contrast(readable(colour, paper, AIMS[theme]), paper) >= AIMS[theme]
    pairs = dict(re.findall(r"--kq-((?:on-)?accent-\w+):(#[0-9a-f]{6})", accent_style(colour)))
    for theme in PAPERS:
        assert contrast(pairs[f"accent-{theme}"], pairs[f"on-accent-{theme}"]) >= 4.5


def test_a_colour_that_is_readable_stays() -> None:
    assert readable("#0b6470", "#ffffff", 4.5) == "#0b6470"


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (("0B6470", "#ffffff"), "#0b6470"), (("", "#7A3E9D"), "#7a3e9d"), (("red;}", ""), DEFAULT),
        (("12345", "#1234567"), DEFAULT), ((), DEFAULT),
    ],
)  # fmt: skip
def test_only_a_colour_is_taken_for_one(wanted: tuple[str, ...], given: str) -> None:
    assert accent_of(*wanted) == given
