"""The search as a LangChain retriever (the only file of this package that imports LangChain)."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.search import HITS, Searcher
from index.types import Hit


class ChunkRetriever(BaseRetriever):
    """Gives the chunks for a question as LangChain documents, best first.

    Metadata: `chunk`, `document`, `heading`, `start`, `end` (code points into the document's text), `score`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searcher
    count: int = HITS

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager
        hits = self.searcher.search(self.searcher.prepare(query), self.count)
        return [_document(hit) for hit in hits]


def _document(hit: Hit) -> Document:
    chunk, passage = hit.chunk, hit.chunk.passage
    metadata = {
        "chunk": chunk.id,
        "document": chunk.document,
        "heading": " - ".join(passage.heading),
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
    }
    return Document(page_content=chunk.text, metadata=metadata, id=chunk.id)
