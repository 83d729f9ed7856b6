"""The pipeline as a LangChain Runnable (with llm.py, the only file of this package that imports LangChain)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from langchain_core.runnables import Runnable, RunnableLambda

from qa.pipeline import Pipeline
from qa.render import answer_record, turns_of


def as_runnable(
    pipeline: Pipeline, today: Callable[[], date] = date.today
) -> Runnable[Mapping[str, Any], dict[str, Any]]:
    """Give a Runnable from {"question", "history", "site"} to the answer as JSON. Only `question` is needed."""

    def ask(request: Mapping[str, Any]) -> dict[str, Any]:
        history = turns_of(request.get("history", []))
        return answer_record(pipeline.ask(request["question"], history, today=today(), site=request.get("site")))

    return RunnableLambda(ask, name="ketamine-qa")
