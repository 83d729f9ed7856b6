"""A result as a page, as Markdown, as JUnit XML and as a release record (the only file that imports Jinja).

Whatever comes from questions, answers and test sets is escaped for the place where it stands: pages by Jinja, Markdown
by the filters here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from qa.evaluate import views
from qa.evaluate.junit import junit_text
from qa.evaluate.metrics import LOWER_IS_BETTER
from qa.evaluate.plots import Dot, confusion_plot, dot_plot, latency_plot, risk_coverage_plot
from qa.evaluate.writing import write_whole
from qa.render import escape_markdown

TEMPLATES = Path(__file__).parent / "templates"
PAGE, TEXTS = "report.html", ("report.md", "record.md")
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure of the page and the sentence under it."""

    title: str
    svg: Markup
    caption: str


def write_report(result: Record, folder: Path, baseline: Record | None) -> None:
    """Write `report.html`, `report.md`, `record.md` and `junit.xml` into a folder, which is made.

    baseline: the result that `result` was compared with; its answers are shown beside those of now. Raises TestSetError
    where a file cannot be written.
    """
    shown = _shown(result, baseline)
    for name in (PAGE, *TEXTS):
        write_whole(folder / name, _rendered(name, shown))
    write_whole(folder / "junit.xml", junit_text(result))


def html_report(result: Record, baseline: Record | None) -> str:
    """Give the page alone."""
    return _rendered(PAGE, _shown(result, baseline))


def _rendered(name: str, shown: Record) -> str:
    """Give a template filled in, any half of a surrogate pair as a question mark: files cannot hold it."""
    return _environment().get_template(name).render(shown).encode("utf-8", "replace").decode("utf-8")


def _shown(result: Record, baseline: Record | None) -> dict[str, Any]:
    questions, judge = views.question_views(result, baseline), result.get("judge")
    return {
        "result": result,
        "baseline": baseline,
        "figures": views.figure_rows(result, baseline),
        "questions": questions,
        "by_id": {view.record["id"]: view for view in questions},
        "stamp_rows": views.stamp_rows(result, baseline),
        "misses": views.safety_misses(result),
        "changes": list(views.changes(result["comparison"])) if result["comparison"] else [],
        "judge": judge,
        "opinions": {opinion["id"]: opinion for opinion in judge["questions"]} if judge else {},
        "to_sign": views.TO_SIGN,
        "lower_is_better": LOWER_IS_BETTER,
        "measures_by_tag": [name for name in views.BY_TAG if name in result["figures"]],
        "plots": list(_plots(result)),
        "comparison_plot": _comparison_plot(result, baseline),
        "css": Markup(_template("report.css")),  # noqa: S704 - our own file
        "js": Markup(_template("report.js")),  # noqa: S704 - our own file
    }


def _plots(result: Record) -> Iterator[Plot]:
    main = [Dot(_directed(name), result["figures"][name]) for name in views.MAIN if name in result["figures"]]
    if main:
        yield _plot("Main figures", dot_plot, "With 95 % intervals. \u2193: lower is better.", main)
    if result["risk_coverage"]:
        caption = "If only the surest answers were given: how many, and how many of them are wrong. The dot is now."
        yield _plot("Risk and coverage", risk_coverage_plot, caption, result["risk_coverage"])
    for title, measure in (("Fact recall by tag", "fact_recall"), ("Outcome accuracy by tag", "outcome_accuracy")):
        tags = views.largest_tags(result, measure)
        if tags:
            caption = f"The {len(tags)} tags with the most questions (their number in brackets), with 95 % intervals."
            yield _plot(title, dot_plot, caption, [Dot(f"{tag} ({found['n']})", found) for tag, found in tags])
    if result["confusion"]:
        caption = "Questions by expected outcome and by what came back; the shade is the share of the row."
        yield _plot("Outcomes", confusion_plot, caption, result["confusion"])
    times = [question["milliseconds"] for question in result["questions"] if question["answer"]]
    if times:
        caption = "Time to an answer, on a logarithmic axis; half of the answers are faster than p50, 95 % than p95."
        yield _plot("Time to an answer", latency_plot, caption, times, result["latency_ms"])


def _comparison_plot(result: Record, baseline: Record | None) -> Plot | None:
    before = baseline["figures"] if baseline else {}
    dots = [
        Dot(_directed(name), result["figures"][name], before[name])
        for name in views.MAIN
        if name in result["figures"] and name in before
    ]
    caption = "Dot: now. Ring: baseline. With 95 % intervals. \u2193: lower is better."
    return _plot("Now and in the baseline", dot_plot, caption, dots) if dots else None


def _plot(title: str, draw: Callable[..., str], caption: str, *drawn: object) -> Plot:
    return Plot(title, Markup(draw(title, *drawn)), caption)  # noqa: S704 - the drawing escapes its labels


def _directed(name: str) -> str:
    return f"{name} \u2193" if name in LOWER_IS_BETTER else name


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"md": markdown_line, "md_quote": markdown_quote, "fixed": fixed, "interval": interval}
    return environment


def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def markdown_line(text: object) -> Markup:
    """Give the text on one line so that Markdown shows it as it is."""
    return Markup(escape_markdown(" ".join(str(text).split())))  # noqa: S704 - escaped for Markdown and HTML


def markdown_quote(text: str) -> Markup:
    """Give the text as a block quote, a paragraph for each of its lines."""
    lines = [line for line in text.splitlines() if line.strip()] or ["(no answer)"]
    return Markup("\n>\n").join(Markup("> ") + markdown_line(line) for line in lines)


def fixed(estimate: Record | None) -> str:
    """Give the value of an estimate with three decimals, a dash where there is none."""
    return f"{estimate['value']:.3f}" if estimate and estimate["value"] is not None else "\u2013"


def interval(estimate: Record | None) -> str:
    """Give the interval of an estimate, nothing where there is none."""
    return f"{estimate['low']:.3f} to {estimate['high']:.3f}" if estimate and estimate["value"] is not None else ""
