from corpus.types import Passage, Sentence
from index.types import Chunk

TEXT = "Übung 😀 one. Two."
PASSAGE = Passage("p", ("Outer", "Inner"), 100, 118, (Sentence(100, 112), Sentence(113, 117)), ("why so",))
CHUNK = Chunk("d#p", "d", "Title", "guide", PASSAGE, TEXT)


def test_a_quote_is_cut_by_offsets_into_the_document() -> None:
    assert CHUNK.quote(100, 112) == "Übung 😀 one."
    assert CHUNK.quote(113, 117) == "Two."


def test_what_is_embedded() -> None:
    assert CHUNK.context == f"Title. Outer - Inner. {TEXT}"
    assert CHUNK.questions == ("Title: Inner", "why so")
