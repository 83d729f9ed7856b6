"""An answer as the page's script keeps it, in the page's memory alone: to copy, to read aloud and to print it."""

from typing import Any

from qa.render import as_text, source_line
from qa.types import Answer


def turn_record(answer: Answer, turn: int) -> dict[str, Any] | None:
    """Give what is kept of an answer; None for a card and for a word in another language, beside which nothing stands.

    plain: the answer with its sources and the disclaimer, to be copied.
    """
    if answer.card or any(sentence.language != "en" for sentence in answer.sentences):
        return None
    return {
        "turn": turn,
        "question": answer.question,
        "sentences": [
            sentence.text + "".join(f" [{number}]" for number in sentence.citations) for sentence in answer.sentences
        ],
        "spoken": [sentence.text for sentence in answer.sentences],
        "notices": [notice.text for notice in answer.notices],
        "sources": [{"line": f"[{one.number}] {source_line(one)}", "url": one.url} for one in answer.citations],
        "plain": as_text(answer),
    }
