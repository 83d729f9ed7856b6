"""Which texts of the chunks are embedded, and in which row of `vectors.npy` each one lies."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Chunk


@dataclass(frozen=True, slots=True)
class Rows:
    """Row numbers of one chunk: its context, its sentences in order, its questions in order."""

    context: int
    sentences: range
    questions: range


def embedded_texts(chunks: Sequence[Chunk]) -> list[str]:
    """Give the text of each row, in order."""
    texts: list[str] = []
    for chunk in chunks:
        sentences = [chunk.quote(sentence.start, sentence.end) for sentence in chunk.passage.sentences]
        texts += [chunk.context, *sentences, *chunk.questions]
    return texts


def place_rows(chunks: Sequence[Chunk]) -> list[Rows]:
    """Give the rows of each chunk."""
    placed: list[Rows] = []
    first = 0
    for chunk in chunks:
        after_sentences = first + 1 + len(chunk.passage.sentences)
        last = after_sentences + len(chunk.questions)
        placed.append(Rows(first, range(first + 1, after_sentences), range(after_sentences, last)))
        first = last
    return placed


def shared_rows(chunks: Sequence[Chunk]) -> tuple[dict[str, int], dict[str, int]]:
    """Give the rows that the vector store holds, by id: of passages, and of questions (`chunk?number`).

    A site's own chunks are not among them: they are ranked apart, so that they never crowd out what answers everybody.
    """
    stored = [(chunk, rows) for chunk, rows in zip(chunks, place_rows(chunks), strict=True) if not chunk.site]
    passages = {chunk.id: rows.context for chunk, rows in stored}
    questions = {f"{chunk.id}?{n}": row for chunk, rows in stored for n, row in enumerate(rows.questions, start=1)}
    return passages, questions


def chunk_of(question: str) -> str:
    """Give the chunk that a question's id leads to."""
    return question.rsplit("?", 1)[0]
