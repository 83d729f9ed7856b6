"""What can be typed: the commands and their options. Imports nothing heavy, so that `--help` answers at once."""

import argparse
import threading
from datetime import date
from pathlib import Path
from typing import Any

from qa.evaluate.options import EXPORTS, TIMEOUT
from qa.operator_arguments import add_corrections, add_signatures, add_site


def parser() -> argparse.ArgumentParser:
    """Give the parser; `command` of what it gives is the name of a command, such as `corpus add`."""
    typed = argparse.ArgumentParser(
        prog="ketamine-qa", description="Cited answers about ketamine and esketamine, quoted from curated sources."
    )
    commands = typed.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_ask(commands)
    _add_corpus(commands)
    _add_index(commands)
    add_site(commands)
    _add_evaluate(commands)
    _add_testset(commands)
    _add_widget(commands)
    return typed


def _add_serve(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type private
    serve = commands.add_parser("serve", help="open the chat at /, the API at /api/v1")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    serve.add_argument("--evaluate", action="store_true", help="add the page /evaluate, for test sets")
    serve.set_defaults(command="serve")


def _add_ask(commands: Any) -> None:  # noqa: ANN401 - see _add_serve
    ask = commands.add_parser("ask", help="answer one question, or a file of them")
    ask.add_argument("question", nargs="?", metavar="QUESTION", help="the question")
    ask.add_argument("--batch", type=Path, metavar="FILE", help="JSON lines of id, question, history")
    ask.add_argument("--site", metavar="S", help="whose numbers and documents to use")
    ask.add_argument("--json", action="store_true", help="print JSON alone")
    ask.set_defaults(command="ask")


def _add_corpus(commands: Any) -> None:  # noqa: ANN401 - see _add_serve
    corpus = commands.add_parser("corpus", help="look at what may be quoted")
    actions = corpus.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="verify form, provenance, figures, safety and coverage")
    check.add_argument("--json", action="store_true", help="print JSON alone")
    check.set_defaults(command="corpus check")
    actions.add_parser("list", help="list the documents").set_defaults(command="corpus list")
    actions.add_parser("stale", help="list the facts that have to be read again").set_defaults(command="corpus stale")
    add = actions.add_parser("add", help="add a clinic's own documents to its site")
    add.add_argument("--site", required=True, metavar="S", help="id of the site")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    add.set_defaults(command="corpus add")
    show = actions.add_parser("show", help="show one document")
    show.add_argument("id", metavar="ID", help="id of the document")
    show.add_argument("--text", action="store_true", help="write exactly the text that offsets refer to")
    show.set_defaults(command="corpus show")
    add_corrections(actions)
    add_signatures(actions)


def _add_index(commands: Any) -> None:  # noqa: ANN401 - see _add_serve
    index = commands.add_parser("index", help="build and look into the index")
    actions = index.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser("build", help="build the index if it is missing or out of date")
    build.add_argument("--force", action="store_true", help="build it in any case")
    build.set_defaults(command="index build")
    actions.add_parser("status", help="say whether the index is up to date").set_defaults(command="index status")
    actions.add_parser("verify", help="check the index against itself").set_defaults(command="index verify")
    actions.add_parser("rollback", help="answer from the index before").set_defaults(command="index rollback")
    search = actions.add_parser("search", help="show the evidence found for a question")
    search.add_argument("query", metavar="QUERY", help="the question")
    search.add_argument("--json", action="store_true", help="print JSON alone")
    search.set_defaults(command="index search")


def _add_evaluate(commands: Any) -> None:  # noqa: ANN401 - see _add_serve
    evaluate = commands.add_parser("evaluate", help="ask a test set, and say whether a change may go live")
    evaluate.add_argument("testset", type=Path, metavar="TESTSET", help="file of JSON lines, or a folder of them")
    evaluate.add_argument("--site", metavar="S", help="site of the questions that name none")
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the result here")
    evaluate.add_argument("--report", type=Path, metavar="DIR", help="write the report here")
    evaluate.add_argument("--baseline", type=Path, metavar="FILE", help="an earlier result to compare with")
    evaluate.add_argument(
        "--fail-under", action="append", default=[], metavar="METRIC=VALUE",
        help="exit with 3 where METRIC, or TAG/METRIC, is worse than VALUE",
    )  # fmt: skip
    evaluate.add_argument("--thresholds", type=Path, metavar="FILE", help="the same from a TOML file")
    evaluate.add_argument("--server", metavar="URL", help="ask a running server instead")
    evaluate.add_argument("--no-ablation", action="store_true", help="do not ask again without the asked_as lines")
    evaluate.add_argument("--timeout", type=_seconds, default=TIMEOUT, metavar="S", help="seconds for one question")
    evaluate.add_argument(
        "--date", type=date.fromisoformat, metavar="DAY", help="day on which facts are judged; a server has its own"
    )
    evaluate.add_argument(
        "--export", action="append", default=[], choices=EXPORTS,
        help="write the run as another library loads it, into the report's folder",
    )  # fmt: skip
    evaluate.add_argument(
        "--judge", nargs="?", const="", metavar="MODEL", help="let a chat model grade the answers (default: as set)"
    )
    evaluate.set_defaults(command="evaluate")


def _add_testset(commands: Any) -> None:  # noqa: ANN401 - see _add_serve
    testset = commands.add_parser("testset", help="make and check test sets")
    actions = testset.add_subparsers(required=True, metavar="ACTION")
    taken = actions.add_parser("import", help="make one from a CSV file or a spreadsheet of questions and answers")
    taken.add_argument("file", type=Path, metavar="FILE", help="columns: question, expected answer")
    taken.add_argument("--to", type=Path, metavar="OUT", help="the test set to write (default: FILE with .jsonl)")
    taken.add_argument("--replace", action="store_true", help="write over an earlier one")
    taken.set_defaults(command="testset import")
    check = actions.add_parser("check", help="name every fault of a test set")
    check.add_argument("testset", type=Path, metavar="TESTSET", help="file of JSON lines, or a folder of them")
    check.set_defaults(command="testset check")


def _add_widget(commands: Any) -> None:  # noqa: ANN401 - see _add_serve
    widget = commands.add_parser("widget", help="put the chat on a clinic's page")
    actions = widget.add_subparsers(required=True, metavar="ACTION")
    snippet = actions.add_parser("snippet", help="print the tag for the page, with the text shown where it cannot run")
    snippet.add_argument("--site", metavar="S", help="id of the site (default: the default site)")
    snippet.add_argument("--host", default="", metavar="URL", help="address under which visitors reach this server")
    snippet.add_argument("--mount", default="", metavar="SELECTOR", help="show the chat in this part of the page")
    snippet.add_argument("--versioned", action="store_true", help="name the script of this version, with its hash")
    snippet.set_defaults(command="widget snippet")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < threading.TIMEOUT_MAX:
        raise ValueError
    return seconds
