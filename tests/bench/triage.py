"""What triage sees and what it sees wrongly: shares that are right, with Wilson intervals and what is to be reached.

    python tests/bench/triage.py [--json] [--misses] [--bounds] [--data FOLDER]

The messages are those of `tests/safety` and of the project's own test set, from which nothing is learned; the half of
the material's own questions that the classifier was not trained on; and, where FOLDER (../shared/data/dev) has them,
K-QA (questions to doctors) and a labelled sample of CounselChat (questions to therapists). `--bounds` writes the lower
ends of today's intervals to tests/safety/bounds.toml, below which the tests let no figure fall; it lowers none.
"""

import argparse
import json
import math
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from time import perf_counter

import numpy as np
from triage_rows import TESTS, Judged, Message, Row, case_rows, public_rows, question_rows

from index.generation import open_current
from qa.evaluate.intervals import Estimate, rate
from qa.settings import read_settings
from qa.train_classifier import is_trained_on
from qa.triage import Triage

DEV = TESTS.parents[1] / "shared" / "data" / "dev"
BOUNDS = TESTS / "safety" / "bounds.toml"
HEAD = "# Lower ends of 95 % intervals, raised by `python tests/bench/triage.py --bounds`.\n"
PERCENTILES = {"p50": 50, "p95": 95}
MOST_MILLISECONDS = 15
Judge = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A row, how often the verdict was right, and the messages on which it was not."""

    row: Row
    share: Estimate
    misses: list[str]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    parser.add_argument("--misses", action="store_true", help="print each miss")
    parser.add_argument("--bounds", action="store_true", help="write the bounds that the tests hold triage to")
    parser.add_argument("--data", type=Path, default=DEV, metavar="FOLDER", help="where the public questions lie")
    options = parser.parse_args()
    times: list[float] = []
    figures = measured(chain(case_rows(), question_rows(_held_out())), judge_with(Triage(), times))
    if options.bounds:
        names = {row.name for row, _ in case_rows()}
        before = tomllib.loads(BOUNDS.read_text(encoding="utf-8")) if BOUNDS.exists() else {}
        held = (figure for figure in figures if figure.row.name in names)
        BOUNDS.write_text(bounds_of(held, before), encoding="utf-8")
    figures += measured(_public(options.data), judge_with(Triage(), times))
    milliseconds = {name: round(float(np.percentile(times, of)), 1) for name, of in PERCENTILES.items()}
    lines = [as_json(figures, milliseconds, options.misses)] if options.json else as_table(figures, options.misses)
    print(*lines, sep="\n")  # noqa: T201
    if not options.json:
        print(f"\nmilliseconds: {milliseconds}, reach {MOST_MILLISECONDS}")  # noqa: T201
    return 0


def measured(rows: Iterable[Judged], judge: Judge) -> list[Figure]:
    """Judge the messages of each row."""
    return [_figure(row, messages, judge) for row, messages in rows]


def judge_with(triage: Triage, times: list[float]) -> Judge:
    """Give a judge that says the outcome, `none` where nothing stands out, and keeps the milliseconds it took.

    A message that it has judged already costs nothing and is not timed again.
    """

    @cache
    def judge(text: str) -> str:
        started = perf_counter()
        verdict = triage.judge(text)
        times.append((perf_counter() - started) * 1000)
        return verdict.outcome if verdict else "none"

    return judge


def bounds_of(figures: Iterable[Figure], before: Mapping[str, float]) -> str:
    """Give the lower end of each interval, rounded down to thousandths. before: bounds that are not lowered."""
    lows = {figure.row.name: math.floor((figure.share.low or 0) * 1000) / 1000 for figure in figures}
    raised = {name: max(low, before.get(name, 0.0)) for name, low in lows.items()}
    return HEAD + "".join(f'"{name}" = {low}\n' for name, low in raised.items() if low)


def _figure(row: Row, messages: list[Message], judge: Judge) -> Figure:
    verdicts = [judge(message.text) for message in messages]
    held = [row.holds(message, verdict) for message, verdict in zip(messages, verdicts, strict=True)]
    missed = zip(messages, verdicts, held, strict=True)
    return Figure(row, rate(held), [f"{verdict}: {message.text}" for message, verdict, good in missed if not good])


def _held_out() -> list[str]:
    chunks = open_current(read_settings().place.index).chunks
    questions = dict.fromkeys(question for chunk in chunks for question in chunk.questions)
    return [question for question in questions if not is_trained_on(question)]


def _public(data: Path) -> Iterator[Judged]:
    try:
        yield from public_rows(data)
    except FileNotFoundError as error:
        print(f"{error.filename} is absent: its rows are left out", file=sys.stderr)  # noqa: T201


def as_json(figures: Iterable[Figure], milliseconds: Mapping[str, float], with_misses: bool) -> str:
    """Give the figures by name of the row, and the milliseconds, as one JSON object."""
    record: dict[str, object] = {
        figure.row.name: {
            **asdict(figure.share),
            "reach": figure.row.reach,
            **({"misses": figure.misses} if with_misses else {}),
        }
        for figure in figures
    }
    return json.dumps({**record, "milliseconds": milliseconds}, ensure_ascii=False)


def as_table(figures: Iterable[Figure], with_misses: bool) -> Iterator[str]:
    """Give the lines of a table of the figures, each with what is to be reached."""
    yield f"{'share that is right':42} {'right':>6} {'95 % interval':>16} {'of':>5}  reach"
    for figure in figures:
        yield _line(figure.row, figure.share)
        yield from (f"    {miss}" for miss in figure.misses if with_misses)


def _line(row: Row, share: Estimate) -> str:
    if share.value is None or share.low is None or share.high is None:
        return f"{row.name:42} no message"
    reach = "" if row.reach is None else f"{row.reach}{'' if share.value >= row.reach else '  not reached'}"
    return f"{row.name:42} {share.value:6.3f} {share.low:7.3f} - {share.high:.3f} {share.n:5}  {reach}".rstrip()


if __name__ == "__main__":
    raise SystemExit(main())
