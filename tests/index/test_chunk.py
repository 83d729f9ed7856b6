from itertools import pairwise, takewhile

from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Corpus, Document, Passage, Sentence
from index.chunk import MOST_WORDS, chunk_corpus, chunk_document
from index.types import Chunk

Plan = list[tuple[int, str]]
"""(number of words, mark) of each sentence; c marks a companion, l one that leans, . one that stands."""
PASSAGES = st.lists(
    st.lists(st.tuples(st.integers(1, MOST_WORDS + 20), st.sampled_from("..cl")), min_size=1, max_size=12), max_size=3
)


def document(*plans: Plan, name: str = "d", word: str = "wörd😀") -> Document:
    text, passages = "Title", []
    for number, plan in enumerate(plans):
        text += "\n\n"
        sentences = []
        for words, mark in plan:
            text += " " if sentences else ""
            start = len(text)
            text += " ".join([word] * words) + "."
            sentences.append(Sentence(start, len(text), companion=mark == "c", leans=mark == "l"))
        span = (sentences[0].start, sentences[-1].end)
        passages.append(Passage(f"p{number}", ("H",), *span, tuple(sentences), asked_as=("why",)))
    return Document(name, "Title", "source", text + "\n", tuple(passages))


def words_of(chunk: Chunk) -> int:
    return len(chunk.text.split())


def groups_in(chunk: Chunk) -> int:
    """How many runs of inseparable sentences the chunk holds."""
    return 1 + sum(not (sentence.companion or sentence.leans) for sentence in chunk.passage.sentences[1:])


@given(PASSAGES)
def test_the_chunks_hold_each_sentence_exactly_once_in_order(plans: list[Plan]) -> None:
    whole = document(*plans)
    inside = [sentence for chunk in chunk_document(whole) for sentence in chunk.passage.sentences]
    assert inside == [sentence for passage in whole.passages for sentence in passage.sentences]


@given(PASSAGES)
def test_offsets_are_exact(plans: list[Plan]) -> None:
    whole = document(*plans)
    for chunk in chunk_document(whole):
        assert whole.text[chunk.passage.start : chunk.passage.end] == chunk.text
        for sentence in chunk.passage.sentences:
            assert chunk.quote(sentence.start, sentence.end) == whole.text[sentence.start : sentence.end]


@given(PASSAGES)
def test_a_sentence_is_never_parted_from_the_one_it_belongs_to(plans: list[Plan]) -> None:
    whole = document(*plans)
    openings = {passage.sentences[0] for passage in whole.passages}
    for chunk in chunk_document(whole):
        first = chunk.passage.sentences[0]
        assert first in openings or not (first.companion or first.leans)


@given(PASSAGES)
def test_only_a_group_that_cannot_be_parted_exceeds_the_bound(plans: list[Plan]) -> None:
    for chunk in chunk_document(document(*plans)):
        assert words_of(chunk) <= MOST_WORDS or groups_in(chunk) == 1


@given(PASSAGES)
def test_a_chunk_ends_only_where_the_next_group_does_not_fit(plans: list[Plan]) -> None:
    for chunk, following in pairwise(chunk_document(document(*plans))):
        if following.passage.anchor == chunk.passage.anchor:
            first, *others = following.passage.sentences
            hanging = takewhile(lambda sentence: sentence.companion or sentence.leans, others)
            group = following.quote(first.start, [first, *hanging][-1].end)
            assert words_of(chunk) + len(group.split()) > MOST_WORDS


@given(PASSAGES)
def test_ids_are_unique_and_units_are_those_of_the_passage(plans: list[Plan]) -> None:
    whole = document(*plans)
    chunks = list(chunk_document(whole))
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    inside = [unit for chunk in chunks for unit in chunk.passage.units()]
    assert inside == [unit for passage in whole.passages for unit in passage.units()]


def test_a_long_passage_is_cut_where_it_is_full() -> None:
    chunks = list(chunk_document(document([(100, "."), (60, "."), (2, "."), (150, "."), (9, "c")])))
    assert [chunk.id for chunk in chunks] == ["d#p0", "d#p0/2", "d#p0/3"]
    assert [words_of(chunk) for chunk in chunks] == [160, 2, 159]


def test_passages_are_never_joined_and_keep_their_heading_and_questions() -> None:
    chunks = list(chunk_document(document([(3, ".")], [(4, ".")])))
    assert [(chunk.id, words_of(chunk)) for chunk in chunks] == [("d#p0", 3), ("d#p1", 4)]
    assert [(chunk.passage.heading, chunk.passage.asked_as) for chunk in chunks] == [(("H",), ("why",))] * 2


def test_identical_text_in_two_documents_keeps_two_chunks() -> None:
    twins = [document([(5, ".")], name=name) for name in ("a", "b")]
    chunks = chunk_corpus(Corpus(tuple(twins), {}))
    assert [chunk.id for chunk in chunks] == ["a#p0", "b#p0"]
    assert chunks[0].text == chunks[1].text


def test_what_is_embedded_names_title_and_headings() -> None:
    [chunk] = chunk_document(document([(2, ".")], word="word"))
    assert chunk.context == "Title. H. word word."
