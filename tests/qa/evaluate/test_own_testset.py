"""The project's own test set: what it covers, that it rests on the material, and that it does not give itself away."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.loaders import DOCUMENTS
from corpus.types import Corpus
from index.build import Place
from index.encoders import load_encoder
from index.live import LiveIndex
from index.search import Searcher
from qa.disclaimer import DISCLAIMER
from qa.evaluate.contamination import TOO_NEAR, copied_exemplars, near_questions, normalised
from qa.evaluate.score import Response, score
from qa.evaluate.testset import NEVER_MISS, Case, matches, read_testset, unfounded
from qa.exemplars import read_exemplars
from qa.policy.load import policy_text
from qa.types import CARDS

TESTSET = Path(__file__).parents[2] / "testset"
CASES = read_testset(TESTSET)
SOURCE, WRITER = "src:", "writer-"
WAYS = (
    "crisis", "emergency", "declined", "sensitive", "same_day", "hostile", "noisy", "terse", "multi_aspect", "article",
)  # fmt: skip


@pytest.fixture(scope="module")
def searcher(real_index: Place) -> Searcher:
    return LiveIndex(real_index).searcher()


@pytest.fixture(scope="module")
def material(searcher: Searcher) -> Corpus:
    return searcher.generation.corpus


def tagged(*tags: str) -> list[Case]:
    """The cases that have one of the tags."""
    return [case for case in CASES if set(tags).intersection(case.tags)]


def writers(cases: Iterable[Case]) -> set[tuple[str, ...]]:
    return {tuple(tag for tag in case.tags if tag.startswith(WRITER)) for case in cases}


def echo(question: str) -> Response:
    """An answer that says nothing but the question."""
    return Response(
        {
            "outcome": "answered",
            "text": question,
            "sentences": [{"text": question, "citations": []}],
            "citations": [],
            "notices": [],
            "confidence": 1.0,
            "disclaimer": DISCLAIMER,
        }
    )


def sentences_of(sources: Iterable[str], corpus: Corpus) -> list[str]:
    """Every sentence that stands in one of the sources or rests on one of them."""
    wanted = set(sources)
    return [
        document.text[sentence.start : sentence.end]
        for document in corpus.documents
        for passage in document.passages
        for sentence in passage.sentences
        if document.id in wanted or wanted.intersection(sentence.facts)
    ]


def test_it_asks_enough() -> None:
    assert len(CASES) >= 400
    assert len({(case.question.casefold(), case.history) for case in CASES}) == len(CASES)


def test_every_source_is_asked_about(real_index: Place) -> None:
    sources = {path.stem for path in (real_index.corpus / DOCUMENTS / "sources").glob("*.md")}
    asked = {tag.removeprefix(SOURCE) for case in CASES for tag in case.tags if tag.startswith(SOURCE)}
    assert asked == sources


def test_follow_ups_have_a_history_that_ends_with_an_answer() -> None:
    follow_ups = tagged("follow_up")
    assert len(follow_ups) >= 60
    for case in follow_ups:
        assert [turn.role for turn in case.history] == ["user", "assistant"] * (len(case.history) // 2), case.id
        assert case.history, case.id


def test_differences_and_what_is_not_there_are_asked_about() -> None:
    assert len(tagged("sources_differ", "newer_source")) >= 30
    unknown = tagged("not_in_sources")
    assert len(unknown) >= 80
    assert 2 * sum("near_miss" in case.tags for case in unknown) >= len(unknown)
    assert all(case.outcome == ("not_in_sources",) and not case.facts for case in unknown)


@pytest.mark.parametrize("tag", WAYS)
def test_every_way_of_asking_is_there(tag: str) -> None:
    assert len(tagged(tag)) >= 20


def test_what_may_cost_a_life_is_never_missed() -> None:
    pressing = [case for case in CASES if CARDS.issuperset(case.outcome)]
    for case in [*pressing, *tagged("crisis", "emergency", "dose")]:
        assert case.severity == NEVER_MISS, case.id


def test_a_card_opens_with_a_number_and_quotes_nothing() -> None:
    for case in CASES:
        if CARDS.issuperset(case.outcome):
            assert case.opens_with, case.id
            assert case.no_citations, case.id


def test_every_fact_asked_for_stands_in_the_sources_that_are_named(material: Corpus) -> None:
    assert [fault for case in CASES for fault in unfounded(case, material)] == []
    assert [case.id for case in CASES if case.facts and not case.sources] == []


def test_the_words_of_a_question_are_no_answer_to_it() -> None:
    with_facts = [case for case in CASES if case.facts]
    assert len(with_facts) >= 300
    scores = {case.id: score(case, echo(case.question), None, {}, None) for case in with_facts}
    assert [name for name, result in scores.items() if all(result.facts)] == []


def test_a_forbidden_pattern_says_why_and_hits_no_sentence_of_its_own_sources(material: Corpus) -> None:
    forbidding = [case for case in CASES if case.forbidden]
    assert [case.id for case in forbidding if not case.why] == []
    hits = [
        (case.id, pattern, sentence)
        for case in forbidding
        for sentence in [*sentences_of(case.sources, material), case.reference]
        for pattern in case.forbidden
        if matches(pattern, sentence)
    ]
    assert hits == []


def test_it_asks_nothing_that_the_material_knows_as_a_question(searcher: Searcher) -> None:
    assert near_questions(searcher, CASES) == []


def test_it_asks_nothing_that_triage_was_trained_on(nearness: Callable[[Sequence[str]], np.ndarray]) -> None:
    assert copied_exemplars(CASES) == []
    nearest = nearness([case.question for case in CASES])
    assert [
        (case.id, round(float(cosine), 3)) for case, cosine in zip(CASES, nearest, strict=True) if cosine > TOO_NEAR
    ] == []


def test_a_copied_exemplar_would_be_found() -> None:
    [text, _], *_ = read_exemplars()
    assert copied_exemplars([replace(CASES[0], id="copied", question=f" {text.upper()} ")]) == [
        "copied: is an exemplar of triage"
    ]


def test_questions_of_the_material_would_be_found(searcher: Searcher) -> None:
    known, _ = searcher.known_questions()
    copied = [replace(CASES[0], id="copied", question=f"  {known[0].upper()}?!")]
    longest = max(known, key=len)
    reworded = [replace(CASES[0], id="reworded", question=f"so, {longest}")]
    assert near_questions(searcher, copied) == ["copied: is a question of the material"]
    [found] = near_questions(searcher, reworded)
    assert found.startswith("reworded: 0.9")
    assert found.endswith(f"to {longest!r}")


def test_it_asks_no_suggested_question(real_index: Place) -> None:
    suggested: Sequence[str] = tomllib.loads(policy_text("default_site.toml"))["suggested_questions"]
    questions = [case.question for case in CASES]
    assert not {normalised(question) for question in suggested}.intersection(map(normalised, questions))
    encoder = load_encoder(real_index.model, real_index.models)
    cosines = encoder.encode(questions) @ encoder.encode(suggested).T
    near = np.flatnonzero(cosines.max(axis=1) > TOO_NEAR)
    assert [CASES[row].id for row in near] == []


def test_each_file_has_one_writer() -> None:
    for file in TESTSET.glob("*.jsonl"):
        [tags] = writers(read_testset(file))
        assert len(tags) == 1, file.name


def test_no_case_has_a_tag_twice() -> None:
    for case in CASES:
        assert max(Counter(case.tags).values()) == 1, case.id


def test_the_readme_names_every_key_file_and_main_tag() -> None:
    readme = (TESTSET / "README.md").read_text(encoding="utf-8")
    assert [name for name in Case.__dataclass_fields__ if f"`{name}`" not in readme] == []
    assert f"{len(CASES)} questions" in readme
    for file in TESTSET.glob("*.jsonl"):
        assert f"| `{file.name}` | {len(read_testset(file))} |" in readme
    for tag in ("src:", "writer-", "follow_up", "near_miss", "sources_differ", "newer_source", "noisy", "terse"):
        assert f"`{tag}" in readme
