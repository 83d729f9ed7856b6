import pytest
from langchain_core.retrievers import BaseRetriever

from index.build import Place, build_index
from index.generation import open_current
from index.langchain import ChunkRetriever
from index.search import Searcher
from index.types import Encoder


@pytest.fixture
def searcher(place: Place, encoder: Encoder) -> Searcher:
    """A searcher over the small corpus."""
    build_index(place)
    return Searcher(open_current(place.index), encoder)


def test_it_is_a_langchain_retriever(searcher: Searcher) -> None:
    assert isinstance(ChunkRetriever(searcher=searcher), BaseRetriever)


def test_documents_are_the_hits_in_order(searcher: Searcher) -> None:
    hits = searcher.search(searcher.prepare("when can i leave"), 4)
    documents = ChunkRetriever(searcher=searcher, count=4).invoke("when can i leave")
    assert [document.metadata["chunk"] for document in documents] == [hit.chunk.id for hit in hits]
    assert [document.metadata["score"] for document in documents] == [hit.score for hit in hits]
    assert [document.id for document in documents] == [hit.chunk.id for hit in hits]


def test_offsets_read_back_from_the_document(searcher: Searcher) -> None:
    documents = ChunkRetriever(searcher=searcher).invoke("what is a session")
    assert documents
    for document in documents:
        place = document.metadata
        text = searcher.generation.corpus.by_id[place["document"]].text
        assert text[place["start"] : place["end"]] == document.page_content
        assert place["heading"]
