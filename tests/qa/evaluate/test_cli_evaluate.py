"""`ketamine-qa evaluate` as it is typed: what it prints, what it writes, and its exit code."""

import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa.cli import FAILED, GATE_CLOSED, INTERRUPTED, main
from qa.evaluate import ablation
from qa.evaluate.testset import NEVER_MISS, Case
from qa.pipeline import Pipeline
from qa.settings import CORPUS, HOME, MODEL, Settings
from qa.types import Answer

MakeCase = Callable[..., Case]
Write = Callable[[Sequence[Case]], Path]
Run = Callable[..., int]


@pytest.fixture
def cases(make_case: MakeCase) -> list[Case]:
    """Four questions to the small corpus, three of which are answered rightly."""
    return [
        make_case("stay", "how long do i rest in the clinic", facts=(("two hours",),), tags=("label",)),
        make_case("label", "is an infusion off-label", facts=(("off-label",),), tags=("label",)),
        make_case("moon", "what colour is the moon", outcome=("not_in_sources",)),
        make_case("green", "what colour is the moon", facts=(("green",),)),
    ]


@pytest.fixture
def evaluate(small: Settings, cases: list[Case], write_testset: Write, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on the four questions, on the day 2026-01-15, without asking twice."""
    for name, value in ((HOME, small.home), (CORPUS, small.corpus), (MODEL, small.model)):
        monkeypatch.setenv(name, str(value))
    for name in ("OMP_NUM_THREADS", "LANGSMITH_TRACING"):
        monkeypatch.setenv(name, "1")
    testset = write_testset(cases)

    def run(*arguments: object, date: str = "2026-01-15", again: bool = False) -> int:
        given = ["--date", date, *map(str, arguments), *([] if again else ["--no-ablation"])]
        return main(["evaluate", str(testset), *given])

    return run


@pytest.fixture
def never() -> Iterator[threading.Event]:
    """An event that nobody sets while the test runs."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def ctrl_c() -> Iterator[Callable[[], None]]:
    """Sends the signal of Ctrl-C to the main thread, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    main_thread = threading.main_thread().ident
    assert main_thread
    yield lambda: signal.pthread_kill(main_thread, signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def read(path: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return result


def test_an_open_gate_exits_with_0_and_tells_the_figures(
    evaluate: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate("--json", tmp_path / "result.json", "--fail-under", "right=0.75") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "4 questions"
    assert lines[1].startswith("right                   0.750 [")
    assert lines[-2:] == ["0 safety misses, 0 of them reported only", "The gate is open."]
    assert "asked_as" not in "".join(lines)
    result = read(tmp_path / "result.json")
    assert [question["id"] for question in result["questions"]] == ["stay", "label", "moon", "green"]
    assert (result["stamp"]["date"], result["without_asked_as"]) == ("2026-01-15", None)


def test_it_is_asked_again_without_asked_as_unless_told_otherwise(
    evaluate: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(again=True) == 0
    assert " without asked_as" in capsys.readouterr().out


def test_a_threshold_that_is_missed_exits_with_3(evaluate: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("--fail-under", "right=0.8", "--fail-under", "label/right=1") == GATE_CLOSED == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["FAILED right=0.8: 0.7500 is below it", "The gate is closed."]


def test_thresholds_of_a_file_count_beside_those_of_the_line(
    evaluate: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text("[all]\nwrong_abstentions = 0.3\n[label]\nright = 1\n", encoding="utf-8")
    assert evaluate("--thresholds", path, "--fail-under", "right=0.9") == GATE_CLOSED
    failed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAILED")]
    assert failed == ["FAILED right=0.9: 0.7500 is below it", "FAILED wrong_abstentions=0.3: 0.3333 is above it"]


def test_a_never_miss_question_that_is_missed_exits_with_3_without_thresholds(
    evaluate: Run, cases: list[Case], make_case: MakeCase, write_testset: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write_testset([*cases, make_case("deep", "what colour is the sea", severity=NEVER_MISS)])
    assert evaluate() == GATE_CLOSED
    assert "FAILED deep: outcome not_in_sources" in capsys.readouterr().out


def test_facts_are_judged_on_the_day_that_is_given(evaluate: Run, capsys: pytest.CaptureFixture[str]) -> None:
    # TS-002, on which the answer to the second question rests, may be quoted until the end of 2027
    assert evaluate("--fail-under", "label/right=1", date="2027-12-31") == 0
    assert evaluate("--fail-under", "label/right=1", date="2028-01-01") == GATE_CLOSED
    assert "label/right=1: 0.5000 is below it" in capsys.readouterr().out


def test_a_baseline_is_compared_with(
    evaluate: Run, cases: list[Case], make_case: MakeCase, write_testset: Write, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert evaluate("--json", tmp_path / "before.json") == 0
    write_testset([*cases[:3], make_case("new", "who is there")])
    assert evaluate("--baseline", tmp_path / "before.json", date="2028-01-01") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Against the baseline: 0 better, 1 worse of 3 (McNemar p = 1)" in lines
    assert "  worse: label" in lines
    assert sum(line.startswith("Not simply comparable: ") for line in lines) == 2


@pytest.mark.parametrize(
    ("arguments", "said", "remedy"),
    [
        (("--fail-under", "rigth=0.9"), "'rigth=0.9' is not METRIC=VALUE", "Measures: "),
        (("--fail-under", "right=1.2.3"), "'right=1.2.3' is not METRIC=VALUE", "Measures: "),
        (("--thresholds", "none.toml"), "none.toml cannot be read", "Give a TOML file"),
        (("--baseline", "none.json"), "none.json cannot be read", "--json"),
        (("--site", "nowhere"), "There is no site 'nowhere'.", "Put its settings in"),
        (("--server", "http://127.0.0.1:port"), "is no address", "--server http://"),
        (("--json", "."), "cannot be written", "--json"),
    ],
)
def test_what_cannot_be_used_exits_with_1_and_says_what_to_do(
    arguments: tuple[str, str], said: str, remedy: str, evaluate: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(*arguments) == FAILED == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert remedy in shown.err.splitlines()[-1]


def test_a_foreign_baseline_exits_with_1(evaluate: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert evaluate("--baseline", tmp_path / "other.json") == FAILED
    assert "is not a result of this version" in capsys.readouterr().err


def test_a_server_that_is_down_exits_with_1(
    evaluate: Run, closed_port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate("--server", closed_port) == FAILED
    assert "The server does not answer" in capsys.readouterr().err


def test_a_missing_index_exits_with_1(
    evaluate: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path / "nothing"))
    assert evaluate() == FAILED
    assert "index build" in capsys.readouterr().err


def test_a_hanging_answer_counts_as_wrong_and_the_rest_is_asked(
    evaluate: Run, never: threading.Event, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Pipeline, "ask", lambda *_, **__: never.wait())
    assert evaluate("--timeout", "0.01", "--json", tmp_path / "result.json") == 3
    result = read(tmp_path / "result.json")
    assert [question["score"]["error"] for question in result["questions"]] == ["no answer within 0.01 seconds"] * 4
    assert result["figures"]["right"]["value"] == 0
    assert result["figures"]["errors"]["value"] == 1


def test_ctrl_c_writes_what_there_is_and_exits_with_130(
    evaluate: Run,
    ctrl_c: Callable[[], None],
    never: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = Pipeline.ask

    def ask(self: Pipeline, question: str, *rest: Any, name: str, **more: Any) -> Answer:  # noqa: ANN401
        if name == "moon":
            ctrl_c()
            never.wait()
        return answer(self, question, *rest, name=name, **more)

    given = ("--json", tmp_path / "result.json", "--fail-under", "mrr=1")
    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "ask", ask)
        assert evaluate(*given, again=True) == INTERRUPTED == 130
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 questions, stopped before the end"
    assert lines[-1] == "There is no verdict on a run that was stopped."
    result = read(tmp_path / "result.json")
    assert (result["partial"], result["figures"]["right"]["n"], result["without_asked_as"]) == (True, 2, None)
    assert evaluate("--baseline", tmp_path / "result.json") == 0
    assert "Not simply comparable: the earlier result is partial." in capsys.readouterr().out


def test_ctrl_c_before_the_second_asking_exits_with_130(
    evaluate: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ablation, "build_index", stop)
    assert evaluate("--json", tmp_path / "result.json", again=True) == INTERRUPTED
    result = read(tmp_path / "result.json")
    assert (result["partial"], result["figures"]["right"]["n"], result["without_asked_as"]) == (True, 4, None)
