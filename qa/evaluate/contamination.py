"""Whether a test set asks what the material already knows as a question: then a good figure says little."""

import re
from collections.abc import Sequence

import numpy as np

from index.search import Searcher
from qa.evaluate.testset import Case
from qa.exemplars import read_exemplars

TOO_NEAR = 0.95
"""Cosine above which two questions count as the same."""


def near_questions(searcher: Searcher, cases: Sequence[Case]) -> list[str]:
    """Name each case whose question is a heading or an asked_as line, letter for letter or in meaning."""
    known, vectors = searcher.known_questions()
    letters = {normalised(question) for question in known}
    found: list[str] = []
    for case in cases:
        cosines = vectors @ searcher.prepare(case.question).vector
        nearest = int(np.argmax(cosines)) if known else 0
        if normalised(case.question) in letters:
            found.append(f"{case.id}: is a question of the material")
        elif known and cosines[nearest] > TOO_NEAR:
            found.append(f"{case.id}: {float(cosines[nearest]):.3f} to {known[nearest]!r}")
    return found


def copied_exemplars(cases: Sequence[Case]) -> list[str]:
    """Name each case whose question is, letter for letter, a message that triage was trained on."""
    known = {normalised(text) for text, _ in read_exemplars()}
    return [f"{case.id}: is an exemplar of triage" for case in cases if normalised(case.question) in known]


def normalised(question: str) -> str:
    """Give the question in small letters with all else than words taken out."""
    return " ".join(re.findall(r"\w+", question.lower()))
