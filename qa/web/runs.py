"""Evaluations that the web page starts: one at a time, in a thread, the last few kept in memory and nowhere else."""

import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from corpus.errors import ProjectError
from qa.evaluate.asking import LocalAsker
from qa.evaluate.command import summary_lines
from qa.evaluate.report import html_report
from qa.evaluate.run import Plan, run_local
from qa.evaluate.testset import Case, TestSetError, parse_testset
from qa.pipeline import Pipeline
from qa.settings import Settings

KEPT = 4
MOST_QUESTIONS = 5_000
COMMAND = ("ketamine-qa", "serve", "--evaluate")
NAME = "test set"

State = Literal["running", "done", "stopped", "failed"]


class NotNow(ProjectError):
    """A second run is asked for while one is under way, or the result of a run that has none."""


class UnknownRun(ProjectError):
    """A run that never was, or that newer ones have displaced."""


class StopAsking(KeyboardInterrupt):
    """Stops a run between two questions as Ctrl-C does on the command line: it then gives what it has."""


class Run:
    """One evaluation. number: counts from 1. done, total: questions. error: why it failed, empty where it did not."""

    def __init__(
        self, number: int, cases: Sequence[Case], asker: LocalAsker, baseline: Mapping[str, Any] | None
    ) -> None:
        """Nothing is asked before the thread is started."""
        self.id = secrets.token_urlsafe(12)
        self.number = number
        self.total = len(cases)
        self.done = 0
        self.error = ""
        self.thread = threading.Thread(target=self._work, args=(cases, asker), daemon=True)
        self._baseline = baseline
        self._result: Mapping[str, Any] | None = None
        self._report = ""
        self._rendering = threading.Lock()
        self._stopping = threading.Event()

    @property
    def state(self) -> State:
        """Where the run stands."""
        if self.error:
            return "failed"
        if self._result is None:
            return "running"
        return "stopped" if self._result["partial"] else "done"

    @property
    def result(self) -> Mapping[str, Any]:
        """What came out. Raises NotNow where the run failed or has not ended."""
        if self.error:
            raise NotNow(f"Run {self.number} failed: {self.error}", "Start it again.")
        if self._result is None:
            raise NotNow(f"Run {self.number} has not ended.", "Wait for it, or stop it.")
        return self._result

    def stop(self) -> None:
        """Ask no further question; a run that has ended stays as it is."""
        self._stopping.set()

    def report(self) -> str:
        """Give the report as one HTML file; it is made once. Raises what `result` raises."""
        with self._rendering:
            self._report = self._report or html_report(self.result, self._baseline)
        return self._report

    def result_text(self) -> str:
        """Give the result as the JSON that `ketamine-qa evaluate --json` writes. Raises what `result` raises."""
        return json.dumps(self.result, ensure_ascii=False, indent=1) + "\n"

    def record(self) -> dict[str, Any]:
        """Give what the page shows of the run."""
        shown = {"id": self.id, "number": self.number, "state": self.state, "done": self.done, "total": self.total}
        found = self._result or {}
        return {
            **shown,
            "index": found["stamp"]["index"] if found else "",
            "summary": list(summary_lines(found)) if found else [],
            "gate": found.get("gate", {}),
            "error": self.error,
        }

    def _work(self, cases: Sequence[Case], asker: LocalAsker) -> None:
        """Ask the cases; whatever goes wrong becomes the run's error, or no other run could ever start."""
        plan = Plan(COMMAND, baseline=self._baseline, ablation=False)
        try:
            self._result = run_local(cases, asker, plan, self._step)
        except ProjectError as error:
            self.error = str(error)
        except (Exception, StopAsking) as error:  # noqa: BLE001 - see above
            self.error = f"{type(error).__name__}: {error}"

    def _step(self) -> None:
        self.done += 1
        if self._stopping.is_set():
            raise StopAsking


class Runs:
    """The runs of one server. Threads may share it."""

    def __init__(self, settings: Settings, pipeline: Pipeline) -> None:
        """Answer from `pipeline`, which the chat shares."""
        self._settings = settings
        self._pipeline = pipeline
        self._lock = threading.Lock()
        self._started = 0
        self._runs: dict[str, Run] = {}

    def start(self, text: str, site: str | None = None, baseline: str | None = None) -> Run:
        """Start a run of the test set in `text`.

        site: of the questions that name none. baseline: id of the run to compare with. Raises TestSetError with every
        fault of the test set, SettingsError where the site is unknown, UnknownRun, and NotNow while another run is
        under way.
        """
        cases = _cases(text)
        self._settings.site(site)
        before = self.find(baseline).result if baseline else None
        asker = LocalAsker(self._settings, self._pipeline, date.today(), site)
        with self._lock:
            if any(run.state == "running" for run in self._runs.values()):
                raise NotNow("Another run is under way.", "Wait for it, or stop it.")
            self._started += 1
            run = Run(self._started, cases, asker, before)
            self._runs = {kept.id: kept for kept in (*list(self._runs.values())[1 - KEPT :], run)}
            run.thread.start()
        return run

    def find(self, name: str) -> Run:
        """Give the run with an id. Raises UnknownRun."""
        try:
            return self._runs[name]
        except KeyError:
            raise UnknownRun("There is no such run.", f"Start one; the last {KEPT} are kept.") from None

    def records(self) -> list[dict[str, Any]]:
        """Give what the page shows of each run, oldest first."""
        return [run.record() for run in self._runs.values()]

    def sites(self) -> list[str]:
        """Give the ids of the sites that have settings."""
        return sorted(path.stem for path in self._settings.sites.glob("*.toml"))


def _cases(text: str) -> list[Case]:
    lines = sum(1 for line in text.split("\n") if line.strip())
    if lines > MOST_QUESTIONS:
        raise TestSetError(f"The test set has {lines} questions, more than {MOST_QUESTIONS}.", "Split it.")
    return parse_testset(text, NAME)
