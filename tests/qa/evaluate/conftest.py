"""Cases and answers made by hand, a small real asker, and the small corpus indexed."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from corpus.types import Corpus
from index.build import Place, build_index
from qa.disclaimer import DISCLAIMER
from qa.evaluate.options import TIMEOUT
from qa.evaluate.score import Response
from qa.evaluate.testset import Case
from qa.settings import Settings

QUOTE = "Patients rest for two hours."


@dataclass
class FakeAsker:
    """Gives the replies it was made with, by the case's id; an exception among them is raised."""

    replies: Mapping[str, Response | BaseException]
    corpus: Corpus | None = None
    site: str | None = None
    timeout: float = TIMEOUT
    asked: list[str] = field(default_factory=list)

    def reach(self) -> None:
        """Be there."""

    def respond(self, case: Case) -> Response:
        self.asked.append(case.id)
        reply = self.replies[case.id]
        if isinstance(reply, BaseException):
            raise reply
        return reply


@pytest.fixture
def fake_asker() -> type[FakeAsker]:
    """Makes an asker from replies."""
    return FakeAsker


@pytest.fixture
def make_case() -> Callable[..., Case]:
    """Makes a case with the fields that a test cares about."""

    def make(name: str = "a", question: str = "how long do i rest in the clinic", **changed: Any) -> Case:  # noqa: ANN401
        return Case(**{"id": name, "question": question, "outcome": ("answered",), "tags": ("plain",), **changed})

    return make


@pytest.fixture
def make_answer() -> Callable[..., dict[str, Any]]:
    """Makes the JSON of an answer of one sentence, with the keys changed that a test cares about."""

    def make(quote: str = QUOTE, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
        citation = {
            "number": 1, "document": "visits", "passage": quote, "quote": quote, "start": 0, "end": len(quote),
            "evidence": [],
        }  # fmt: skip
        plain = {
            "id": None, "question": "", "outcome": "answered", "text": f"{quote} [1]",
            "sentences": [{"text": quote, "citations": [1]}], "citations": [citation], "notices": [], "follow_ups": [],
            "confidence": 0.9, "disclaimer": DISCLAIMER, "index": {"generation": "000001-aa", "corpus": "sha256:aa"},
            "timings_ms": {"total": 1.0},
        }  # fmt: skip
        return plain | changed

    return make


@pytest.fixture
def make_abstention(make_answer: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Makes the JSON of an answer that nothing in the sources answers."""

    def make(**changed: Any) -> dict[str, Any]:  # noqa: ANN401
        text = "The sources do not answer that."
        silent = {"sentences": [{"text": text, "citations": []}], "citations": [], "confidence": 0.0}
        return make_answer(**{"outcome": "not_in_sources", "text": text, **silent, **changed})

    return make


@pytest.fixture
def small(place: Place) -> Settings:
    """The small corpus, indexed with the fake encoder."""
    build_index(place)
    return Settings(place.index.parent, place.corpus, place.model)


@pytest.fixture(scope="session")
def served(settings: Settings, serve: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """The address of a server that answers from the real index."""
    with serve(settings) as address:
        yield address


@pytest.fixture
def write_testset(tmp_path: Path) -> Callable[[Sequence[Case]], Path]:
    """Writes cases as a test set."""

    def write(cases: Sequence[Case]) -> Path:
        path = tmp_path / "testset.jsonl"
        path.write_text("".join(json.dumps(asdict(case)) + "\n" for case in cases), encoding="utf-8")
        return path

    return write


@pytest.fixture
def figures_alone() -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Takes out of a result what may differ between two runs of the same: times, the index's name, the command."""
    return _figures_alone


def _figures_alone(result: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(result))
    for question in plain["questions"]:
        del question["milliseconds"]
        if question["answer"]:
            del question["answer"]["timings_ms"]
    del plain["latency_ms"]
    return plain
