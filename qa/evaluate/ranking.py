"""Ranking measures (the only file that imports ir_measures)."""

from collections.abc import Collection, Iterable, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from index.types import Chunk

MEASURES = {
    "recall@1": R @ 1, "recall@5": R @ 5, "recall@10": R @ 10, "success@1": Success @ 1, "success@5": Success @ 5,
    "mrr": RR @ 10, "ndcg@10": nDCG @ 10,
}  # fmt: skip
"""By the names of the result file. mrr and ndcg look at the first ten."""
QUESTION = "q"


def ranking_measures(ranking: Sequence[str], relevant: Collection[str]) -> dict[str, float]:
    """Give each measure of one ranking, best first, against the ids of what is relevant; nothing where none is."""
    if not relevant:
        return {}
    judged = [ir_measures.Qrel(QUESTION, name, 1) for name in sorted(relevant)]
    run = [ir_measures.ScoredDoc(QUESTION, name, float(-place)) for place, name in enumerate(ranking)]
    found = ir_measures.calc_aggregate(MEASURES.values(), judged, run)
    return {name: float(found[measure]) for name, measure in MEASURES.items()}


def relevant_chunks(sources: Collection[str], chunks: Iterable[Chunk]) -> list[Chunk]:
    """Give the chunks that hold a sentence resting on one of `sources`, ids of facts or documents, in their order."""
    wanted = set(sources)
    return [
        chunk
        for chunk in chunks
        if chunk.document in wanted or any(wanted.intersection(sentence.facts) for sentence in chunk.passage.sentences)
    ]
