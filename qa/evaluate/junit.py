"""A result as JUnit XML, for build servers (the only file that imports junitparser)."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

UNTAGGED = "untagged"
NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""Characters that XML 1.0 has no place for; a question may hold any."""


def junit_text(result: Mapping[str, Any]) -> str:
    """Give one test case a question, in a suite for each first tag: wrong is a failure, no answer an error."""
    suites: dict[str, TestSuite] = {}
    for question in result["questions"]:
        tag = _first_tag(question)
        suites.setdefault(tag, TestSuite(_legal(tag))).add_testcase(_case(question, tag))
    report = JUnitXml("ketamine-qa evaluate")
    for suite in suites.values():
        report.add_testsuite(suite)
    report.update_statistics()  # type: ignore[no-untyped-call]
    written = BytesIO()
    report.write(written, pretty=True)
    return written.getvalue().decode("utf-8")


def _case(question: Mapping[str, Any], tag: str) -> TestCase:
    case = TestCase(_legal(question["id"]), _legal(tag), question["milliseconds"] / 1000)
    if question["score"]["error"]:
        case.result = [_explained(Error(_legal(question["score"]["error"])), question)]
    elif not question["right"]:
        case.result = [_explained(Failure(_legal("; ".join(question["faults"]))), question)]
    return case


def _explained(found: Error | Failure, question: Mapping[str, Any]) -> Error | Failure:
    answer = question["answer"]["text"] if question["answer"] else "(none)"
    lines = (*question["faults"], f"Question: {question['question']}", f"Answer: {answer}")
    found.text = _legal("\n".join(lines))
    return found


def _first_tag(question: Mapping[str, Any]) -> str:
    tags = question["case"]["tags"]
    return str(tags[0]) if tags else UNTAGGED


def _legal(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)
