"""Groups from public question sets: SQuAD 1.1, BioASQ 7b to 9b, and half of the articles of SQuAD 2.0's dev set."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from index.lexical import WordIndex
from index.training.groups import (
    Candidate,
    Group,
    article_of,
    by_overlap,
    first_words,
    is_held_out,
    read_lines,
    sentences_in_context,
)

NEGATIVES = 3
"""Wrong candidates beside the right one. The two that share most words with the question, and a random one."""
QUESTIONS_A_PARAGRAPH = 1
SNIPPET_WORDS = 70
SNIPPETS_A_QUESTION = 2
NEAR, FAR = 8, 30
"""Ranks of a BM25 ranking: wrong snippets come from the first NEAR and from those up to FAR."""
NAME = re.compile(r"(?<!^)(?<![.?!] )\b([A-Z][a-z]+(?: [A-Z][a-z]+)*|[12][0-9]{3})\b")
AUXILIARY = re.compile(r"\b(did|does|do|is|are|was|were|can|could|has|have|had|would|will)\b", re.IGNORECASE)
OPPOSITES = (
    ("first", "last"), ("before", "after"), ("largest", "smallest"), ("most", "least"), ("highest", "lowest"),
    ("increase", "decrease"), ("more", "less"), ("north", "south"), ("east", "west"), ("oldest", "youngest"),
    ("begin", "end"), ("above", "below"), ("early", "late"), ("longest", "shortest"), ("best", "worst"),
    ("northern", "southern"), ("eastern", "western"), ("cause", "prevent"), ("allow", "forbid"), ("win", "lose"),
    ("gain", "lose"), ("public", "private"), ("major", "minor"), ("start", "stop"), ("male", "female"),
    ("internal", "external"), ("positive", "negative"), ("legal", "illegal"), ("modern", "ancient"), ("high", "low"),
)  # fmt: skip
OPPOSITE = {word: other for pair in OPPOSITES for word, other in (pair, pair[::-1])}


def squad(path: Path, chance: random.Random) -> Iterator[Group]:
    """Give groups of SQuAD 1.1: every question with its sentence, every second also made unanswerable.

    Unanswerable: a name or year exchanged, a word turned into its opposite, a negation put in, or the question asked of
    another paragraph of its article.
    """
    paragraphs = list(read_lines(path))
    chance.shuffle(paragraphs)
    articles: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for paragraph in paragraphs:
        articles[paragraph["title"]].append(paragraph)
    names: list[str] = []
    for paragraph in paragraphs:
        sentences = sentences_in_context(paragraph["title"], paragraph["context"])
        places = _places(paragraph["context"], sentences)
        for asked in chance.sample(paragraph["qas"], min(QUESTIONS_A_PARAGRAPH, len(paragraph["qas"]))):
            question, start = str(asked["question"]), int(asked["start"])
            names.extend(NAME.findall(question))
            gold = next((place for place, (first, end) in enumerate(places) if first <= start < end), None)
            others = [one for one in sentences if asked["text"] not in one.text]
            if gold is None or not others:
                continue
            within = start - places[gold][0]
            answer = (within, within + len(asked["text"]))
            wrong = _wrong(question, others, chance)
            yield Group(question, (sentences[gold], *wrong), 0, answer)
            if chance.random() < 1 / 2:
                yield from _unanswerable(asked, sentences[gold], wrong, paragraph, articles, names, chance)


def squad2(folder: Path, *, held_out: bool) -> Iterator[Group]:
    """Give groups of SQuAD 2.0's development articles: all sentences of the passage, the right one first if any."""
    passages = {row["_id"]: row for row in read_lines(folder / "corpus.jsonl")}
    for name in ("queries", "queries_unanswerable"):
        for row in read_lines(folder / f"{name}.jsonl"):
            passage = row["metadata"]["passage"]
            if is_held_out(article_of(passage)) != held_out:
                continue
            sentences = sentences_in_context(passages[passage]["title"], passages[passage]["text"])
            answers = row["metadata"].get("answers", ())
            gold = next((one for one in sentences if any(answer in one.text for answer in answers)), None)
            if answers and gold is None:
                continue
            others = [one for one in sentences if not any(answer in one.text for answer in answers)]
            found = () if gold is None else (gold,)
            answer = _span(gold, answers) if gold else None
            yield Group(row["text"], (*found, *by_overlap(row["text"], others)), 0 if gold else None, answer)


def shortened(groups: Iterator[Group]) -> Iterator[Group]:
    """Keep the right candidate and NEGATIVES others of each group."""
    for group in groups:
        kept = NEGATIVES + (group.right is not None)
        if len(group.candidates) > 1:
            yield Group(group.question, group.candidates[:kept], group.right, group.answer)


def bioasq(folder: Path, chance: random.Random) -> Iterator[Group]:
    """Give groups of BioASQ: a snippet that answers against snippets near in words, and some questions with none."""
    snippets = {row["_id"]: first_words(row["text"], SNIPPET_WORDS) for row in read_lines(folder / "corpus.jsonl")}
    gold = _judged(folder)
    ids = list(snippets)
    words = WordIndex.build(list(snippets.values()))
    for row in read_lines(folder / "queries.jsonl"):
        right = gold[row["_id"]]
        known = set(right)
        wrong = [ids[place] for place, _ in words.search(row["text"], FAR) if ids[place] not in known]
        if len(wrong) < NEGATIVES:
            continue
        chance.shuffle(right)
        for one in islice((name for name in right if name in snippets), SNIPPETS_A_QUESTION):
            others = [*chance.sample(wrong[:NEAR], min(2, len(wrong[:NEAR]))), *chance.sample(wrong[NEAR:], 1)] if len(
                wrong) > NEAR else wrong[:NEGATIVES]  # fmt: skip
            yield Group(row["text"], tuple(Candidate(snippets[name]) for name in (one, *others)), 0)
        if chance.random() < 1 / 2:
            yield Group(row["text"], tuple(Candidate(snippets[name]) for name in wrong[:NEGATIVES]), None)


def _judged(folder: Path) -> Mapping[str, list[str]]:
    gold: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, snippet, score = line.split("\t")
        if int(score) > 0:
            gold[query].append(snippet)
    return gold


def _places(text: str, sentences: Sequence[Candidate]) -> list[tuple[int, int]]:
    places, at = [], 0
    for sentence in sentences:
        start = text.index(sentence.text, at)
        at = start + len(sentence.text)
        places.append((start, at))
    return places


def _span(gold: Candidate, answers: Sequence[str]) -> tuple[int, int]:
    found = next(answer for answer in answers if answer in gold.text)
    start = gold.text.index(found)
    return start, start + len(found)


def _wrong(question: str, others: Sequence[Candidate], chance: random.Random) -> list[Candidate]:
    ordered = by_overlap(question, others)
    rest = ordered[2:]
    return [*ordered[:2], *chance.sample(rest, min(NEGATIVES - 2, len(rest)))]


def _unanswerable(
    asked: Mapping[str, Any],
    gold: Candidate,
    wrong: Sequence[Candidate],
    paragraph: Mapping[str, Any],
    articles: Mapping[str, Sequence[Mapping[str, Any]]],
    names: Sequence[str],
    chance: random.Random,
) -> Iterator[Group]:
    question = str(asked["question"])
    ways: list[Callable[[], str | None]] = [
        lambda: _other_name(question, names[-3000:], paragraph["context"], chance),
        lambda: _other_name(question, NAME.findall(paragraph["context"]), question, chance),
        lambda: _opposite(question),
        lambda: _negated(question) if chance.random() < 1 / 2 else None,
    ]
    chance.shuffle(ways)
    changed = next((made for way in ways if (made := way())), None)
    if changed and chance.random() < 2 / 3:
        yield Group(changed, (gold, *wrong[:2]), None)
        return
    elsewhere = [other for other in articles[paragraph["title"]] if asked["text"] not in other["context"]]
    if elsewhere:
        sampled = chance.sample(elsewhere, min(6, len(elsewhere)))
        found = [one for other in sampled for one in sentences_in_context(other["title"], other["context"])]
        yield Group(question, tuple(by_overlap(question, found)[:NEGATIVES]), None)


def _other_name(question: str, names: Sequence[str], without: str, chance: random.Random) -> str | None:
    """Exchange a name or a year for another of its kind and length that does not stand in the text `without`."""
    found = list(NAME.finditer(question))
    if not found:
        return None
    place = chance.choice(found)
    fitting = [
        name for name in names
        if name.isdigit() == place[0].isdigit() and name not in without and len(name.split()) == len(place[0].split())
    ]  # fmt: skip
    return question[: place.start()] + chance.choice(fitting) + question[place.end() :] if fitting else None


def _opposite(question: str) -> str | None:
    words = question.split(" ")
    place = next((place for place, word in enumerate(words) if word in OPPOSITE), None)
    return None if place is None else " ".join([*words[:place], OPPOSITE[words[place]], *words[place + 1 :]])


def _negated(question: str) -> str | None:
    found = AUXILIARY.search(question)
    if not found or found.start() == 0:
        return None
    rest = question[found.end() :].split(" ")
    return question[: found.end()] + " ".join([*rest[:2], "not", *rest[2:]]) if len(rest) > 3 else None
