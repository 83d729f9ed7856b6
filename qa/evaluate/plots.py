"""Figures as SVG to be put into a page (the only file that imports matplotlib).

Colours are the page's own CSS variables and text stays text, so that a figure follows a dark scheme and the page's
font. The same input gives the same bytes.
"""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from threading import Lock
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

INK, SOFT, LINE, ACCENT, PAPER = "#1d2a30", "#51626b", "#d5dee2", "#0b6470", "#fefefe"
VARIABLES = {
    INK: "var(--ink)", SOFT: "var(--soft)", LINE: "var(--line)", ACCENT: "var(--accent)", PAPER: "var(--paper)",
}  # fmt: skip
WIDTH, LINE_HEIGHT, MARGIN = 4.8, 0.24, 0.45
"""Inches of a figure, of a line in it, and of its axis; narrow, so that its text can be read on a phone."""
SPREAD = 1.5
"""Times as high is a line that holds a value and the one before."""
LONGEST = 30
"""Characters of a label."""
FULL = 0.6
"""Opacity of the fullest cell of a heat map: the count in it stays readable on light and on dark paper."""
BINS = 24
TICKS = tuple(digit * 10**power for power in range(6) for digit in (1, 2, 5))
"""Of the axis of times, in milliseconds."""
STYLE: Mapping[Any, Any] = {
    "svg.fonttype": "none", "text.parse_math": False, "font.family": "DejaVu Sans", "font.size": 9.5,
    "text.color": INK, "axes.labelcolor": SOFT, "axes.edgecolor": LINE, "xtick.color": SOFT, "ytick.color": INK,
    "grid.color": LINE, "grid.linewidth": 0.7, "axes.axisbelow": True, "axes.spines.top": False,
    "axes.spines.right": False, "xtick.major.size": 0, "ytick.major.size": 0,
}  # fmt: skip
DRAWING = Lock()
"""Held while a figure is drawn, since its settings are those of the whole process."""
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
PAGE_WIDE_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
SIZE = re.compile(r' width="[0-9.]+pt" height="[0-9.]+pt"')
TAG = re.compile(r"<[^>]+>")
FONT = re.compile(r"font-family: [^;\"]*;? ?")
GROUP_NAME = re.compile(r'^<g id="[^"]*"')
COLOUR = re.compile("|".join(VARIABLES))


@dataclass(frozen=True, slots=True)
class Dot:
    """A line of a dot plot. now, before: {"value", "low", "high"}; before is None where nothing is compared."""

    label: str
    now: Mapping[str, Any]
    before: Mapping[str, Any] | None = None


def dot_plot(title: str, dots: Sequence[Dot]) -> str:
    """Give values between 0 and 1 with their intervals, the first on top; the value before, if any, as a ring."""
    lines = len(dots) * (SPREAD if any(dot.before for dot in dots) else 1)

    def paint(axes: Axes) -> None:
        for place, dot in enumerate(dots):
            _paint_dot(axes, dot, place)
        axes.set_yticks(range(len(dots)), [_label(dot.label) for dot in dots])
        axes.set(xlim=(-0.02, 1.02), ylim=(len(dots) - 0.4, -0.6), xticks=(0, 0.25, 0.5, 0.75, 1))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)

    return _svg(title, lines * LINE_HEIGHT + MARGIN, paint)


def risk_coverage_plot(title: str, curve: Sequence[Sequence[float]]) -> str:
    """Give the share of wrong answers over the share of questions answered. curve: (confidence, coverage, risk)."""
    coverage, risk = [point[1] for point in curve], [point[2] for point in curve]

    def paint(axes: Axes) -> None:
        axes.plot(coverage, risk, color=ACCENT, linewidth=1.6)
        axes.plot(coverage[-1:], risk[-1:], "o", color=ACCENT, markersize=5)
        axes.set(xlim=(0, 1.01), ylim=(0, max(0.1, *risk) * 1.1))
        axes.set(xlabel="share of questions answered", ylabel="share of these that is wrong")
        axes.grid()

    return _svg(title, 2.8, paint)


def confusion_plot(title: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    """Give how often what came back (columns) by what was expected (rows); a cell is shaded by its share of the row."""
    rows, columns = list(counts), sorted({name for row in counts.values() for name in row})

    def paint(axes: Axes) -> None:
        for y, row in enumerate(rows):
            for x, column in enumerate(columns):
                _paint_cell(axes, x, y, counts[row].get(column, 0), sum(counts[row].values()))
        axes.set_yticks(range(len(rows)), [_label(name) for name in rows])
        axes.set_xticks(range(len(columns)), [_label(name).replace(" ", "\n", 1) for name in columns])
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5), xlabel="came back", ylabel="expected")
        axes.spines[:].set_visible(False)

    return _svg(title, 0.42 * len(rows) + 0.8, paint)


def latency_plot(title: str, milliseconds: Sequence[float], marks: Mapping[str, float]) -> str:
    """Give how many answers took how long, the time on a logarithmic axis. marks: times to name."""
    low, high = max(min(milliseconds), 0.1) * 0.9, max(*milliseconds, 0.2) * 1.1

    def paint(axes: Axes) -> None:
        axes.hist(list(milliseconds), bins=list(np.geomspace(low, high, BINS)), color=ACCENT, alpha=FULL)
        axes.set(xscale="log", xlim=(low, high), xlabel="milliseconds", ylabel="answers")
        ticks = [value for value in TICKS if low <= value <= high]
        axes.set_xticks(ticks, [f"{value:,}" for value in ticks])
        axes.minorticks_off()
        for name, value in marks.items():
            axes.axvline(value, color=INK, linewidth=1, linestyle=(0, (3, 2)))
            axes.text(value, 1.02, name, ha="center", transform=axes.get_xaxis_transform())
        axes.grid(axis="y")

    return _svg(title, 2.6, paint)


def _paint_dot(axes: Axes, dot: Dot, place: int) -> None:
    offset = 0.17 if dot.before else 0.0
    _paint_interval(axes, dot.now, place - offset, ACCENT)
    axes.plot([dot.now["value"]], [place - offset], "o", color=ACCENT, markersize=5.5)
    if dot.before:
        _paint_interval(axes, dot.before, place + offset, SOFT)
        axes.plot([dot.before["value"]], [place + offset], "o", color=SOFT, markersize=5, markerfacecolor=PAPER)
    axes.text(1.02, place - offset, f"{dot.now['value']:.3f}", va="center", transform=axes.get_yaxis_transform())


def _paint_interval(axes: Axes, estimate: Mapping[str, Any], place: float, colour: str) -> None:
    axes.plot([estimate["low"], estimate["high"]], [place, place], color=colour, linewidth=1.4)


def _paint_cell(axes: Axes, x: int, y: int, count: int, every: int) -> None:
    share = count / every if every else 0.0
    axes.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=ACCENT, alpha=0.04 + (FULL - 0.04) * share))
    axes.text(x, y, str(count), ha="center", va="center", color=INK if count else SOFT)


def _svg(title: str, height: float, paint: Callable[[Axes], None]) -> str:
    """Draw a figure of WIDTH by `height` inches; the title names it for those who do not see it."""
    written = StringIO()
    with DRAWING, mpl.rc_context({**STYLE, "svg.hashsalt": title}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a sign that the page's own font may have
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        paint(figure.add_subplot())
        figure.savefig(written, format="svg", metadata=NO_METADATA, transparent=True)
    return _for_page(written.getvalue(), title)


def _for_page(svg: str, title: str) -> str:
    """Take out what belongs to a file of its own, and what would reach the rest of the page."""
    bare = PAGE_WIDE_STYLE.sub("", PROLOGUE.sub("", svg), count=1)
    bare = SIZE.sub(lambda _: f' role="img" aria-label="{escape(title)}"', bare, count=1)
    return TAG.sub(lambda tag: _tag(tag[0]), bare).strip()


def _tag(tag: str) -> str:
    return COLOUR.sub(lambda found: VARIABLES[found[0]], GROUP_NAME.sub("<g", FONT.sub("", tag)))


def _label(text: str) -> str:
    spoken = " ".join(text.replace("_", " ").split())
    return spoken if len(spoken) <= LONGEST else f"{spoken[: LONGEST - 1]}\u2026"
