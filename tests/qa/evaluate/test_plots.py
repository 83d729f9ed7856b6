"""The figures of a report, read back as XML."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from qa.evaluate.plots import Dot, confusion_plot, dot_plot, latency_plot, risk_coverage_plot

SVG = "{http://www.w3.org/2000/svg}"
HALF = {"value": 0.5, "low": 0.25, "high": 0.75, "n": 8}
LOW = {"value": 0.125, "low": 0.0, "high": 0.5, "n": 8}
CURVE = [(0.9, 0.25, 0.0), (0.7, 0.5, 0.5)]
COUNTS = {"answered": {"answered": 3, "crisis": 1}, "crisis": {"crisis": 2}}
DRAWN: dict[str, Callable[[], str]] = {
    "dots": lambda: dot_plot("Dots", [Dot("fact_recall", HALF), Dot("mrr", LOW)]),
    "pairs": lambda: dot_plot("Pairs", [Dot("fact_recall", HALF, LOW)]),
    "curve": lambda: risk_coverage_plot("Curve", CURVE),
    "counts": lambda: confusion_plot("Counts", COUNTS),
    "times": lambda: latency_plot("Times", [12.0, 20.0, 31.0], {"p50": 20.0}),
}


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn here


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


def middles(svg: str) -> list[float]:
    """The middles of the dots, from left to right by how they were painted."""
    uses = parsed(svg).iter(f"{SVG}use")
    return [float(use.attrib["x"]) for use in uses if "var(--accent)" in use.get("style", "")]


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    assert DRAWN[name]() == DRAWN[name]()


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_fits_into_a_page(name: str) -> None:
    svg = DRAWN[name]()
    root = parsed(svg)
    assert svg.startswith("<svg")
    assert root.get("aria-label") == name.title()
    assert root.get("role") == "img"
    assert "<style" not in svg, "it would hold for the whole page"
    assert "font-family" not in svg
    assert not re.search(r"#[0-9a-f]{6}\b", svg), "a colour that does not follow a dark scheme"
    assert not re.search(r"(?:href|src)=\"(?!#)", svg)


def test_names_within_two_figures_do_not_meet() -> None:
    found = [set(re.findall(r'\bid="([^"]+)"', drawn())) for drawn in DRAWN.values()]
    assert sum(map(len, found)) == len(set().union(*found)) > 0


def test_labels_and_values_are_text() -> None:
    assert {"fact recall", "mrr", "0.500", "0.125"} <= set(texts(DRAWN["dots"]()))
    assert {"3", "1", "2", "0", "answered", "crisis", "came back", "expected"} <= set(texts(DRAWN["counts"]()))
    assert {"10", "20", "p50"} & set(texts(DRAWN["times"]())) == {"20", "p50"}


def test_dots_stand_where_their_values_are() -> None:
    ends = [
        Dot("none", {**LOW, "value": 0.0}),
        Dot("all", {**HALF, "value": 1.0}),
        Dot("quarter", LOW | {"value": 0.25}),
    ]
    none, every, quarter = middles(dot_plot("Dots", ends))
    assert quarter == pytest.approx(none + (every - none) / 4, abs=0.001)


@pytest.mark.parametrize("label", ["<script>x</script>", "$\\frac{1}", "a\nb", "\u65e5\u672c", "x" * 500])
def test_any_label_can_be_drawn(label: str) -> None:
    shown = texts(dot_plot("Dots", [Dot(label, HALF)]))
    assert any(text.startswith(label.split()[0][:20]) for text in shown)
    assert all(len(text) <= 30 for text in shown)
