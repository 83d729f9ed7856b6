"""How long an answer takes, and what it takes to hold the product in memory.

    python tests/bench/latency.py [--json]

Over every asked_as question of the corpus, one after the other in a warm process; and for a first answer, from the
start of `ketamine-qa ask` to its end, three times.
"""

import argparse
import json
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from qa.pipeline import Pipeline
from qa.settings import read_settings

COLD_RUNS = 3
KIB = 1024


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    pipeline = Pipeline(read_settings())
    chunks = pipeline.open().searcher.generation.chunks
    questions = [question for chunk in chunks for question in chunk.passage.asked_as]
    pipeline.ask(questions[0], today=date(2026, 11, 23))
    times = [_timed(pipeline, question) for question in questions]
    figures = {
        "questions": len(questions),
        "p50_ms": round(float(np.percentile(times, 50)), 1),
        "p95_ms": round(float(np.percentile(times, 95)), 1),
        "resident_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB),
        "cold_first_answer_s": round(median(_cold() for _ in range(COLD_RUNS)), 2),
    }
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def _timed(pipeline: Pipeline, question: str) -> float:
    started = perf_counter()
    pipeline.ask(question, today=date(2026, 11, 23))
    return (perf_counter() - started) * 1000


def _cold() -> float:
    command = [Path(sys.executable).with_name("ketamine-qa"), "ask", "What is ketamine?", "--json"]
    started = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
