"""Groups from our own material: its questions, the units that answer them, and the units a search brings up beside."""

import json
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.readings import FIRST
from index.search import Looked, Searcher
from index.training.groups import Candidate, Group
from index.types import Chunk

UNANSWERABLE = Path(__file__).parent / "unanswerable.jsonl"
HELD_OUT = 8
"""One question in so many is kept from training: on them the weights and the threshold are fitted."""
NEAR, FAR = 2, 1
"""Wrong candidates a group: from the first TOP that a search brings up, and from those after."""
RANKED = 16
"""Candidates of a question that its wrong ones are taken from."""
TOP = 6
QUESTIONS_A_UNIT = 2
"""Questions with the same answer that are learned from: the rest say it in yet other words."""
REMOVED = 0.12
"""Share of questions that are also shown without any unit that answers them."""
SAY_THE_SAME = 0.8
"""Cosine from which two units may both answer."""
SAME_TOPIC = 0.6
"""Cosine from which a unit may still hold part of the answer."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question of ours and the units that answer it, as (chunk id, start); none for one without an answer."""

    question: str
    answers: frozenset[tuple[str, int]]


def is_held_out_question(question: str) -> bool:
    """Tell whether one of our questions is kept from training."""
    return zlib.crc32(question.encode()) % HELD_OUT == 0


def known_questions(searcher: Searcher) -> list[Known]:
    """Give every question that the material or this folder holds, in the order of the chunks."""
    answers: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for chunk in searcher.generation.chunks:
        for unit in chunk.passage.units():
            for sentence in unit.sentences:
                for question in () if sentence.companion else sentence.asked_as:
                    answers[question].add((chunk.id, unit.start))
        for question in chunk.passage.asked_as:
            answers[question].add((chunk.id, _heading_unit(searcher, chunk, question)))
    lines = UNANSWERABLE.read_text(encoding="utf-8").splitlines()
    none = [Known(json.loads(line)["question"], frozenset()) for line in lines]
    return [*(Known(question, frozenset(found)) for question, found in answers.items()), *none]


def own_groups(searcher: Searcher, chance: random.Random) -> Iterator[Group]:
    """Give the groups of our questions, in the order of chance, none of those held out.

    A group is one of the units that answer the question, and others beside it.
    """
    for known in _some_of_each(known_questions(searcher), chance):
        query = searcher.prepare(known.question, unknown=True)
        looked = searcher.look(query, searcher.find(query))
        ranked = _ranked(looked)
        right = [one for one in looked if (one.chunk.id, one.unit.start) in known.answers]
        wrong = [one for one in ranked if not any(searcher.say_the_same(one, other, SAY_THE_SAME) for other in right)]
        if right:
            shown = [chance.choice(right), *_some(wrong, chance)]
            yield Group(query.repaired, tuple(map(_candidate, shown)), 0)
        if not known.answers:
            yield Group(query.repaired, tuple(map(_candidate, wrong[: NEAR + FAR + 1])), None)
        elif right and chance.random() < REMOVED:
            others = [one for one in wrong if not any(searcher.say_the_same(one, other, SAME_TOPIC) for other in right)]
            if others:
                yield Group(query.repaired, tuple(map(_candidate, others[: NEAR + 1])), None)


def _some_of_each(known: Sequence[Known], chance: random.Random) -> Iterator[Known]:
    """Give QUESTIONS_A_UNIT of the questions that have the same answer, and all that have none."""
    seen: Counter[frozenset[tuple[str, int]]] = Counter()
    learned = [one for one in known if not is_held_out_question(one.question)]
    for one in chance.sample(learned, len(learned)):
        seen[one.answers] += 1
        if not one.answers or seen[one.answers] <= QUESTIONS_A_UNIT:
            yield one


def _heading_unit(searcher: Searcher, chunk: Chunk, question: str) -> int:
    """Give the start of the unit that answers an asked_as line: a guide's first, else the one nearest in meaning."""
    units = list(chunk.passage.units())
    if chunk.kind == "guide":
        return units[0].start
    query = searcher.prepare(question)
    looked = searcher.look(query, [(chunk, 0.0)])
    return max(looked, key=lambda one: one.reading.sentence).unit.start if looked else units[0].start


def _ranked(looked: Sequence[Looked]) -> list[Looked]:
    scores = FIRST.logits([one.reading for one in looked])
    order = sorted(range(len(looked)), key=lambda place: -scores[place])
    return [looked[place] for place in order][:RANKED]


def _some(wrong: Sequence[Looked], chance: random.Random) -> list[Looked]:
    near, far = wrong[:TOP], wrong[TOP:]
    return [*chance.sample(near, min(NEAR, len(near))), *chance.sample(far, min(FAR, len(far)))]


def _candidate(one: Looked) -> Candidate:
    return Candidate(one.text, one.context)
