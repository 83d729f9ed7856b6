"""An answer as server-sent events: `sentence` one each, then `answer` with the whole of it; `error` instead of both."""

import json
from collections.abc import Mapping
from typing import Any

MEDIA_TYPE = "text/event-stream"


def wants_events(accept: str) -> bool:
    """Tell whether an Accept header asks for events."""
    return MEDIA_TYPE in accept.lower()


def answer_events(record: Mapping[str, Any]) -> str:
    """Give the events of an answer's JSON."""
    return "".join(_event("sentence", sentence) for sentence in record["sentences"]) + _event("answer", record)


def error_event(record: Mapping[str, Any]) -> str:
    """Give the event of a refusal's JSON."""
    return _event("error", record)


def _event(name: str, record: Mapping[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(record, ensure_ascii=False)}\n\n"
