"""The command line, and the only file that prints. Heavy imports wait until a command needs them."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import ProjectError, QuestionError, SettingsError
from qa.arguments import parser
from qa.operator_arguments import OPERATOR_COMMANDS

if TYPE_CHECKING:
    from index.types import Hit
    from qa.pipeline import Pipeline
    from qa.settings import Settings

FAILED = 1
GATE_CLOSED = 3
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code.

    0, 1 where something failed that is then said on standard error, 3 where an evaluation stops a release.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    options = parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](options)
    except ProjectError as error:
        _say(f"{error.message}\n{error.remedy}")
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _serve(options: argparse.Namespace) -> int:
    from qa.settings import read_settings
    from qa.web.app import serve

    page = " with /evaluate" if options.evaluate else ""
    _say(f"Ketamine QA opens on http://{options.host}:{options.port}{page}")
    serve(read_settings(), options.host, options.port, evaluate=options.evaluate)
    return 0


def _ask(options: argparse.Namespace) -> int:
    from qa.pipeline import Pipeline
    from qa.settings import read_settings

    if (options.question is None) == (options.batch is None):
        raise QuestionError("Give either a question or --batch FILE.", "See 'ketamine-qa ask --help'.")
    settings = read_settings()
    pipeline = Pipeline(settings)
    _warn_if_stale(settings)
    if options.batch:
        return _ask_batch(pipeline, options.batch, options.site)
    from qa.render import answer_record, as_text

    answer = pipeline.ask(options.question, today=date.today(), site=options.site)
    _print(_json(answer_record(answer)) if options.json else as_text(answer))
    return 0


def _ask_batch(pipeline: "Pipeline", path: Path, site: str | None) -> int:
    failed = False
    for record in _answered(pipeline, _batch_lines(path), site):
        failed = failed or "error" in record
        _print(_json(record))
    return FAILED if failed else 0


def _batch_lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path} cannot be read: {error}.", "Give a UTF-8 file of JSON lines.") from error


def _answered(pipeline: "Pipeline", lines: Sequence[str], site: str | None) -> Iterator[dict[str, Any]]:
    from tqdm import tqdm

    from qa.render import answer_record, turns_of

    for line in tqdm(lines, desc="asking", unit="question", delay=1, leave=False, disable=None):
        request: Any = None
        try:
            request = json.loads(line)
            if not isinstance(request, dict) or not isinstance(request.get("question"), str):
                raise QuestionError("The line has no question.", 'Give {"id", "question", "history"}.')
            answer = pipeline.ask(
                request["question"],
                turns_of(request.get("history") or []),
                today=date.today(),
                site=request.get("site") or site,
                name=request.get("id"),
            )
            yield answer_record(answer)
        except (ProjectError, ValueError) as error:
            yield {"id": request.get("id") if isinstance(request, dict) else None, "error": str(error)}


def _corpus_check(options: argparse.Namespace) -> int:
    from corpus.check import check_corpus
    from qa.settings import read_settings

    settings = read_settings()
    report = check_corpus(settings.corpus, date.today(), settings.sites)
    findings = [(finding.severity, finding.place, finding.message) for finding in report.findings]
    dropped = [(name, piece.line, piece.text, piece.reason) for name, piece in report.dropped]
    if options.json:
        _print(
            _json({"findings": findings, "dropped": dropped, "counts": dict(report.counts), "errors": report.errors})
        )
        return FAILED if report.errors else 0
    for severity, place, message in findings:
        _print(f"{severity}: {place}: {message}")
    for name, line, text, reason in dropped:
        _print(f"dropped: {name}, line {line}: {reason}: {text}")
    _print("\n".join(f"{count:6d} {what}" for what, count in report.counts.items()))
    warnings = len(findings) - report.errors
    _print(f"{report.errors} errors, {warnings} warnings, {len(dropped)} pieces dropped")
    return FAILED if report.errors else 0


def _corpus_list(options: argparse.Namespace) -> int:
    from corpus.loaders import load_corpus
    from qa.settings import read_settings

    del options
    settings = read_settings()
    for document in load_corpus(settings.corpus, settings.sites).documents:
        sentences = sum(len(passage.sentences) for passage in document.passages)
        _print(f"{document.id:48} {document.kind:8} {sentences:4d} sentences  {document.title}")
    return 0


def _corpus_stale(options: argparse.Namespace) -> int:
    from corpus.ledger import read_ledger
    from corpus.loaders import LEDGER
    from corpus.stale import stale_facts
    from qa.policy.lines import overdue_numbers
    from qa.settings import read_settings

    del options
    facts = read_ledger(read_settings().corpus / LEDGER).values()
    listed = list(stale_facts(facts, date.today()))
    for reason, fact in listed:
        _print(f"{fact.id}: {reason}: {fact.source_title or 'no title'}, {fact.published}")
    _print(f"{len({fact.id for _, fact in listed})} of {len(facts)} facts have to be read again")
    overdue = overdue_numbers(date.today())
    for region, number in overdue:
        _print(f"{region}: {number.name}: read on {number.checked}, was due on {number.due}: {number.page}")
    _print(f"{len(overdue)} help numbers have to be read again")
    return 0


def _corpus_add(options: argparse.Namespace) -> int:
    from corpus.clinic import add_file, files_below
    from corpus.conflicts import find_conflicts
    from corpus.errors import CorpusError
    from corpus.formats import READERS
    from qa.settings import read_settings

    settings = read_settings()
    settings.check_site_id(options.site)
    paths = [file for given in options.paths for file in files_below(given)]
    if not paths:
        raise CorpusError("There is no readable file in the folder.", f"Use one of {', '.join(READERS)}.")
    failed = False
    added: set[str] = set()
    for path in paths:
        try:
            if path.name in added:
                raise CorpusError(f"{path} has the name of a file just added.", "Rename one of them.")

            document = add_file(path, options.site, settings.sites, date.today())
        except CorpusError as error:
            failed = True
            _say(f"not added: {error.message} {error.remedy}")
            continue
        added.add(path.name)
        sentences = sum(len(passage.sentences) for passage in document.passages)
        _print(f"added: {path.name}: {sentences} sentences as {document.id}, {len(document.dropped)} pieces dropped")
        for conflict in find_conflicts([document]):
            _print(f"look: {conflict.quote!r} may be laxer than the label ({conflict.rule.fact}: {conflict.rule.says})")
    if not (settings.sites / f"{options.site}.toml").is_file():
        _print(f"The site has no settings yet: write {settings.sites / options.site}.toml with its name and region.")
    _print("Run 'ketamine-qa index build' to make the chat answer from them.")
    return FAILED if failed else 0


def _corpus_show(options: argparse.Namespace) -> int:
    from corpus.errors import CorpusError
    from corpus.loaders import load_corpus
    from qa.settings import read_settings

    settings = read_settings()
    corpus = load_corpus(settings.corpus, settings.sites)
    document = corpus.by_id.get(options.id)
    if document is None:
        raise CorpusError(f"There is no document {options.id!r}.", "See 'ketamine-qa corpus list'.")
    if options.text:
        sys.stdout.buffer.write(document.text.encode("utf-8"))
        return 0
    _print(f"{document.title} ({document.kind})")
    for passage in document.passages:
        _print(f"\n{' - '.join(passage.heading)}  #{passage.anchor}")
        for sentence in passage.sentences:
            mark = "+" if sentence.companion else " "
            _print(f"  {mark} {document.text[sentence.start : sentence.end]} {list(sentence.facts) or ''}")
    return 0


def _index_build(options: argparse.Namespace) -> int:
    from index.build import build_index
    from qa.settings import read_settings

    manifest = build_index(read_settings().place, force=options.force)
    _print(f"Index {manifest.name} is live: " + ", ".join(f"{count} {name}" for name, count in manifest.counts.items()))
    return 0


def _index_status(options: argparse.Namespace) -> int:
    from index.build import index_status
    from qa.settings import read_settings

    del options
    status = index_status(read_settings().place)
    if status.manifest:
        counts = ", ".join(f"{count} {name}" for name, count in status.manifest.counts.items())
        _print(f"Index {status.manifest.name}: {counts}; model {status.manifest.model}")
    for reason in status.reasons:
        _print(f"Out of date: {reason}. Run 'ketamine-qa index build'.")
    if not status.reasons:
        _print("Up to date.")
    return FAILED if status.reasons else 0


def _index_verify(options: argparse.Namespace) -> int:
    from index.encoders import load_encoder
    from index.generation import open_current
    from index.verify import verify_generation
    from qa.settings import read_settings

    del options
    place = read_settings().place
    generation = open_current(place.index)
    faults = verify_generation(generation, load_encoder(place.model, place.models))
    for fault in faults:
        _print(f"fault: {fault}")
    _print(f"Index {generation.manifest.name}: {len(faults)} faults")
    if faults:
        _say("Run 'ketamine-qa index build --force'.")
    return FAILED if faults else 0


def _operator(options: argparse.Namespace) -> int:
    """Carry out a command of the operator, all of which give their lines."""
    from qa.commands.operator import carry_out
    from qa.settings import read_settings

    said = carry_out(options, read_settings(), datetime.now().astimezone())
    for line in said.lines:
        _print(line)
    return FAILED if said.failed else 0


def _index_search(options: argparse.Namespace) -> int:
    from index.live import LiveIndex
    from qa.settings import read_settings

    searcher = LiveIndex(read_settings().place).searcher()
    hits = searcher.search(searcher.prepare(options.query))
    if options.json:
        _print(_json([_hit_record(hit) for hit in hits]))
        return 0
    for hit in hits:
        _print(f"{hit.score:.4f} {hit.chunk.id}")
        for item in hit.evidence:
            _print(f"    {item.score:.2f} {hit.chunk.quote(item.unit.start, item.unit.end)}")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from qa.evaluate.command import Request, evaluate, summary_lines
    from qa.evaluate.gate import parse_threshold, read_thresholds
    from qa.settings import read_settings

    settings = read_settings()
    if not options.server:
        _warn_if_stale(settings)
    thresholds = [*map(parse_threshold, options.fail_under)]
    thresholds += read_thresholds(options.thresholds) if options.thresholds else []
    request = Request(
        options.testset, options.date or date.today(), options.site, options.json, options.report, options.baseline,
        options.server, thresholds, not options.no_ablation, options.timeout, tuple(options.export),
        _judge_named(options.judge, settings.llm), tuple(sys.argv),
    )  # fmt: skip
    with tqdm(unit="question", delay=1, leave=False, disable=None) as bar:
        result = evaluate(request, settings, lambda what, total: _counting(bar, what, total))
    _print("\n".join(summary_lines(result)))
    if result["partial"]:
        return INTERRUPTED
    return GATE_CLOSED if result["gate"]["failures"] else 0


def _counting(bar: Any, what: str, total: int) -> Callable[[], None]:  # noqa: ANN401 - tqdm is generic in what it counts
    bar.set_description(what, refresh=False)
    bar.n, bar.total = 0, total
    return lambda: bar.update() and None


def _judge_named(given: str | None, setting: str) -> str:
    """Give the model that judges: none where it was not asked for, the setting's where it was not named."""
    if given is None:
        return ""
    if not (given or setting):
        raise SettingsError("No chat model is named.", "Give --judge MODEL, or set KETAMINE_QA_LLM.")
    return given or setting


def _testset_import(options: argparse.Namespace) -> int:
    from qa.evaluate.importing import import_testset

    target = options.to or options.file.with_suffix(".jsonl")
    count = import_testset(options.file, target, replace=options.replace)
    _print(f"{count} questions written to {target}")
    return 0


def _testset_check(options: argparse.Namespace) -> int:
    from qa.evaluate.testset import read_testset

    cases = read_testset(options.testset)
    _print(f"{len(cases)} questions, no faults")
    return 0


def _widget_snippet(options: argparse.Namespace) -> int:
    from qa.settings import read_settings
    from qa.web.snippet import ANY_HOST, check_host, snippet

    site = read_settings().site(options.site)
    host = check_host(options.host or ANY_HOST)
    _print(snippet(site, host, versioned=options.versioned, mount=options.mount))
    if not options.host:
        _say("Replace HOST by the address of this server, or give it with --host.")
    if not site.allowed_origins:
        _say("No page of another address may show this chat yet: list the clinic's in allowed_origins of the site.")
    return 0


def _hit_record(hit: "Hit") -> dict[str, Any]:
    evidence = [
        {"quote": hit.chunk.quote(item.unit.start, item.unit.end), "score": round(item.score, 4)}
        for item in hit.evidence
    ]
    return {"chunk": hit.chunk.id, "score": round(hit.score, 6), "evidence": evidence}


def _warn_if_stale(settings: "Settings") -> None:
    from index.build import index_status

    status = index_status(settings.place)
    if status.manifest and status.reasons:
        _say(f"The index is out of date: {'; '.join(status.reasons)}. Run 'ketamine-qa index build'.")


def _json(record: object) -> str:
    return json.dumps(record, ensure_ascii=False)


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this file is the one that prints


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - this file is the one that prints


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "serve": _serve,
    "ask": _ask,
    "corpus check": _corpus_check,
    "corpus list": _corpus_list,
    "corpus stale": _corpus_stale,
    "corpus add": _corpus_add,
    "corpus show": _corpus_show,
    "index build": _index_build,
    "index status": _index_status,
    "index verify": _index_verify,
    "index search": _index_search,
    "evaluate": _evaluate,
    "testset import": _testset_import,
    "testset check": _testset_check,
    **dict.fromkeys(OPERATOR_COMMANDS, _operator),
    "widget snippet": _widget_snippet,
}


if __name__ == "__main__":
    sys.exit(main())
