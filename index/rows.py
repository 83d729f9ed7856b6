"""Which texts of the chunks are embedded, and in which row of `vectors.npy` each one lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from index.types import Chunk


@dataclass(frozen=True, slots=True)
class Rows:
    """Row numbers of one chunk: its context, its sentences in order, its questions in order.

    asked: of the questions of each sentence.
    """

    context: int
    sentences: range
    questions: range
    asked: tuple[range, ...]


def embedded_texts(chunks: Sequence[Chunk]) -> list[str]:
    """Give the text of each row, in order."""
    texts: list[str] = []
    for chunk in chunks:
        sentences = [chunk.quote(sentence.start, sentence.end) for sentence in chunk.passage.sentences]
        texts += [chunk.context, *sentences, *chunk.questions, *chunk.asked]
    return texts


def place_rows(chunks: Sequence[Chunk]) -> list[Rows]:
    """Give the rows of each chunk."""
    placed: list[Rows] = []
    first = 0
    for chunk in chunks:
        after_sentences = first + 1 + len(chunk.passage.sentences)
        last = after_sentences + len(chunk.questions)
        asked = tuple(_ranges(last, [len(sentence.asked_as) for sentence in chunk.passage.sentences]))
        placed.append(Rows(first, range(first + 1, after_sentences), range(after_sentences, last), asked))
        first = asked[-1].stop
    return placed


def _ranges(first: int, lengths: Sequence[int]) -> Iterator[range]:
    for length in lengths:
        yield range(first, first + length)
        first += length


def shared_rows(chunks: Sequence[Chunk]) -> tuple[dict[str, int], dict[str, int]]:
    """Give the rows that the vector store holds, by id: of passages, and of questions (`chunk?number`).

    A site's own chunks are not among them: they are ranked apart, so that they never crowd out what answers everybody.
    """
    stored = [(chunk, rows) for chunk, rows in zip(chunks, place_rows(chunks), strict=True) if not chunk.site]
    passages = {chunk.id: rows.context for chunk, rows in stored}
    questions = {
        f"{chunk.id}?{number}": row
        for chunk, rows in stored
        for number, row in enumerate(chain(rows.questions, *rows.asked), start=1)
    }
    return passages, questions


def chunk_of(question: str) -> str:
    """Give the chunk that a question's id leads to."""
    return question.rsplit("?", 1)[0]
