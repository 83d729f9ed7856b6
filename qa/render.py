"""An answer as JSON, as Markdown and as plain text."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from corpus.errors import QuestionError
from qa.types import Answer, Citation, Turn

MARKUP = re.compile(r"[\\`*_{}\[\]<>()#+!|~&:$\-]|(?<=\d)\.")
"""Characters that mean something to Markdown or HTML, the colon of a bare address and the dot of a list number."""
ESCAPED = re.compile(r"&#(\d+);")
KIND_NAMES = {
    "label": "medicine label", "regulator": "regulator", "guideline": "guideline", "review": "review of studies",
    "trial": "study", "reference": "reference work", "article": "article", "industry": "the medicine's maker",
    "provider": "clinic's page", "press": "press", "guide": "guide", "clinic": "from this clinic",
}  # fmt: skip


def answer_record(answer: Answer) -> dict[str, Any]:
    """Give the answer as the stable JSON object, keys in their documented order."""
    return {
        "id": answer.id,
        "question": answer.question,
        "outcome": answer.outcome,
        "text": answer.text,
        "sentences": [{"text": said.text, "citations": list(said.citations)} for said in answer.sentences],
        "citations": [_citation_record(citation) for citation in answer.citations],
        "notices": [asdict(notice) for notice in answer.notices],
        "follow_ups": list(answer.follow_ups),
        "confidence": answer.confidence,
        "disclaimer": answer.disclaimer,
        "index": asdict(answer.index),
        "timings_ms": dict(answer.timings_ms),
    }


def _citation_record(citation: Citation) -> dict[str, Any]:
    order = (
        "number", "document", "heading", "passage", "quote", "start", "end", "page", "wording", "facts", "title",
        "publisher", "url", "published", "kind", "evidence",
    )  # fmt: skip
    record = asdict(citation)
    return {name: record[name] for name in order}


def turns_of(history: Sequence[Any]) -> list[Turn]:
    """Give the turns of a history in JSON. Raises QuestionError where it is not a list of {"role", "content"}."""
    if not isinstance(history, list):
        raise QuestionError("The history is not a list.", 'Give a list of {"role", "content"}.')
    turns = []
    for number, item in enumerate(history, start=1):
        if not isinstance(item, dict) or item.get("role") not in ("user", "assistant"):
            raise QuestionError(f"Turn {number} of the history has no role.", "Use the roles user and assistant.")
        if not isinstance(item.get("content"), str):
            raise QuestionError(f"Turn {number} of the history has no content.", "Give its content as text.")
        turns.append(Turn(item["role"], item["content"]))
    return turns


def source_line(citation: Citation) -> str:
    """Give the line that names a citation's source."""
    opening = "Our summary of " if citation.wording == "summary" else ""
    page = f", page {citation.page}" if citation.page else ""
    return f"{opening}{citation.title}. {citation.publisher}, {citation.published}{page} ({KIND_NAMES[citation.kind]})"


def as_text(answer: Answer) -> str:
    """Give the answer as plain text for a terminal: notices, sentences, sources, disclaimer."""
    parts = [notice.text for notice in answer.notices]
    parts.append(_lines(answer) if answer.card else answer.text)
    parts += [
        f"[{citation.number}] {source_line(citation)}\n    {citation.url}".rstrip() for citation in answer.citations
    ]
    if answer.outcome == "not_in_sources" and answer.follow_ups:
        parts.append("Questions it can answer:\n" + "\n".join(f"  {question}" for question in answer.follow_ups))
    return "\n\n".join([*parts, answer.disclaimer])


def as_markdown(answer: Answer) -> str:
    """Give the answer as Markdown, every text of it escaped."""
    parts = [f"> {escape_markdown(notice.text)}" for notice in answer.notices]
    parts.append(escape_markdown(answer.text))
    for citation in answer.citations:
        link = f" <{citation.url}>" if citation.url else ""
        parts.append(f"{citation.number}. {escape_markdown(source_line(citation))}{link}")
    return "\n\n".join([*parts, f"*{escape_markdown(answer.disclaimer)}*"])


def escape_markdown(text: str) -> str:
    """Give the text so that Markdown shows it as it is, HTML included."""
    return MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)


def unescape_markdown(text: str) -> str:
    """Undo `escape_markdown`."""
    return ESCAPED.sub(lambda match: chr(int(match[1])), text)


def _lines(answer: Answer) -> str:
    return "\n".join(sentence.text for sentence in answer.sentences)
