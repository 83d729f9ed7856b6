"""How long an answer takes, beside the bare retrieval of LangChain's tutorial; and what the product holds in memory.

    python tests/bench/latency.py [--json] [--every N]

Asked are the asked_as questions of the corpus, or one in N of them, and those of `questions/`, many of them longer; one
after the other in a warm process. The tutorial finds its four pieces for the same questions in the same documents, by
turns with the product. A first answer is timed from the start of `ketamine-qa ask` to its end, three times.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

from baselines import Tutorial
from beir import Row
from measures import percentiles, rounded

from index.types import Chunk
from qa.evaluate.testset import read_testset
from qa.pipeline import Pipeline
from qa.settings import read_settings

COLD_RUNS = 3
KIB = 1024
TODAY = date(2026, 11, 23)
QUESTIONS = Path(__file__).parent / "questions"


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    options = parser.parse_args()
    pipeline = Pipeline(read_settings())
    chunks = pipeline.open().searcher.generation.chunks
    short = [question for chunk in chunks for question in chunk.passage.asked_as][:: options.every]
    told = [case.question for case in read_testset(QUESTIONS)]
    pipeline.ask(short[0], today=TODAY)
    resident = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        tutorial = Tutorial(_documents(chunks), Path(scratch))
        tutorial.milliseconds(short[0])
        figures: dict[str, object] = {
            "asked_as": _both(pipeline, tutorial, short),
            "questions": _both(pipeline, tutorial, told),
        }
    figures["resident_mib"] = resident
    figures["cold_first_answer_s"] = median(_cold() for _ in range(COLD_RUNS))
    shown = rounded(figures, 1)
    print(json.dumps(shown) if options.json else json.dumps(shown, indent=1))  # noqa: T201
    return 0


def _documents(chunks: Sequence[Chunk]) -> list[Row]:
    texts: dict[str, list[str]] = {}
    titles = {chunk.document: chunk.title for chunk in chunks}
    for chunk in chunks:
        texts.setdefault(chunk.document, []).append(chunk.text)
    return [Row(name, titles[name], "\n\n".join(parts)) for name, parts in texts.items()]


def _both(pipeline: Pipeline, tutorial: Tutorial, questions: Sequence[str]) -> dict[str, object]:
    times = [(_timed(pipeline, question), tutorial.milliseconds(question)) for question in questions]
    answer, bare = (percentiles([pair[place] for pair in times]) for place in (0, 1))
    ratio = {name.removesuffix("_ms"): answer[name] / bare[name] for name in answer}
    return {"questions": len(questions), "answer": answer, "tutorial": bare, "ratio": ratio}


def _timed(pipeline: Pipeline, question: str) -> float:
    started = perf_counter()
    pipeline.ask(question, today=TODAY)
    return (perf_counter() - started) * 1000


def _cold() -> float:
    command = [Path(sys.executable).with_name("ketamine-qa"), "ask", "What is ketamine?", "--json"]
    started = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
