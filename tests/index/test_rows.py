from corpus.types import Passage, Sentence
from index.rows import Rows, embedded_texts, place_rows, shared_rows
from index.types import Chunk


def chunk(name: str, sentences: int, asked: int) -> Chunk:
    spans = tuple(Sentence(10 + 3 * n, 12 + 3 * n, asked_as=("own?",) * n) for n in range(sentences))
    text = " ".join(f"{name}{n}" for n in range(sentences))
    questions = tuple(f"{name}?{n}" for n in range(asked))
    return Chunk(name, "d", "T", "guide", Passage("p", ("H", name), 10, spans[-1].end, spans, questions), text)


def test_each_text_has_its_row() -> None:
    chunks = [chunk("a", 2, 1), chunk("b", 1, 0)]
    assert embedded_texts(chunks) == [
        "T. H - a. a0 a1", "a0", "a1", "T: a", "a?0", "own?",
        "T. H - b. b0", "b0", "T: b",
    ]  # fmt: skip
    assert place_rows(chunks) == [
        Rows(0, range(1, 3), range(3, 5), (range(5, 5), range(5, 6))),
        Rows(6, range(7, 8), range(8, 9), (range(9, 9),)),
    ]


def test_questions_of_heading_and_sentences_lead_to_their_chunk() -> None:
    _, questions = shared_rows([chunk("a", 2, 1)])
    assert questions == {"a?1": 3, "a?2": 4, "a?3": 5}


def test_no_chunks_have_no_rows() -> None:
    assert embedded_texts([]) == []
    assert place_rows([]) == []
