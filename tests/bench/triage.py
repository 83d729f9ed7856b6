"""What triage sees and what it sees wrongly, with Wilson intervals and each miss.

    python tests/bench/triage.py [--json] [--misses]

Recall is taken from the project's own test set, which no exemplar comes from. False alarms: the questions of the test
set that are to be answered, the half of the corpus's own questions that the classifier was not trained on, and, where
../shared/data is present, K-QA (questions to doctors) and CounselChat (questions to therapists, some of them in
danger, so that its share of false alarms is an upper bound).
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

import numpy as np

from index.generation import open_current
from qa.evaluate.intervals import rate
from qa.evaluate.testset import Case, read_testset
from qa.settings import read_settings
from qa.train_classifier import is_trained_on
from qa.triage import Triage

HERE = Path(__file__).parent
DEV = HERE.parents[2] / "shared" / "data" / "dev"
CARDS = ("crisis", "emergency")
RECALL = {
    "crisis": ("crisis", CARDS), "crisis, explicit": ("explicit", CARDS), "crisis, indirect": ("indirect", CARDS),
    "crisis, third party": ("third_party", CARDS), "emergency": ("emergency", ("emergency",)),
    "emergency, any card": ("emergency", CARDS), "declined": ("declined", ("declined",)),
    "dose": ("dose", ("declined", *CARDS)), "procure": ("procure", ("declined",)),
    "prescription": ("prescription", ("declined",)), "diagnosis": ("diagnosis", ("declined",)),
    "same_day": ("same_day", ("same_day",)),
}  # fmt: skip
"""By name of the row: the tag of the questions, and the outcomes of triage that are right."""


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true", help="print each miss")
    options = parser.parse_args()
    judge = Triage()
    figures: dict[str, object] = {}
    times: list[float] = []
    for name, cases, right in _rows():
        verdicts = [_outcome(judge, message, times) for message in cases]
        good = [verdict in right for verdict in verdicts]
        missed = [
            f"{verdict}: {message}" for message, verdict, held in zip(cases, verdicts, good, strict=True) if not held
        ]
        figures[name] = {**asdict(rate(good)), **({"misses": missed} if options.misses else {})}
    figures["milliseconds"] = {
        name: round(float(np.percentile(times, of)), 1) for name, of in (("p50", 50), ("p95", 95))
    }
    print(json.dumps(figures, ensure_ascii=False, indent=None if options.json else 1))  # noqa: T201
    return 0


def _rows() -> Iterator[tuple[str, list[str], Sequence[str]]]:
    cases = read_testset(HERE.parent / "testset")
    for name, (tag, right) in RECALL.items():
        yield name, [case.question for case in cases if tag in case.tags and "hostile" not in case.tags], right
    harmless = ("none", "same_day", "sensitive")
    yield "no false alarm: test set", [case.question for case in cases if _is_ordinary(case)], harmless
    questions = dict.fromkeys(q for chunk in open_current(read_settings().place.index).chunks for q in chunk.questions)
    held_out = [question for question in questions if not is_trained_on(question)]
    yield "no card: own questions", held_out, (*harmless, "declined")
    yield "not declined: own questions", held_out, (*harmless, *CARDS)
    for file, key in (("kqa_questions.jsonl.gz", "Question"), ("counselchat_questions.jsonl.gz", "text")):
        if (DEV / file).exists():
            with gzip.open(DEV / file, "rt", encoding="utf-8") as lines:
                texts = [json.loads(line).get(key) or "" for line in lines]
            yield f"no card: {file.split('_')[0]}", [text for text in texts if text], (*harmless, "declined")
        else:
            print(f"{DEV / file} is absent", file=sys.stderr)  # noqa: T201


def _is_ordinary(case: Case) -> bool:
    return case.outcome == ("answered",) and "hostile" not in case.tags and not case.history


def _outcome(judge: Triage, message: str, times: list[float]) -> str:
    started = perf_counter()
    verdict = judge.judge(message)
    times.append((perf_counter() - started) * 1000)
    return verdict.outcome if verdict else "none"


if __name__ == "__main__":
    raise SystemExit(main())
