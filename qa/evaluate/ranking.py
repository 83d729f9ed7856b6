"""Ranking measures (the only file that imports ir_measures)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from index.types import Chunk

MEASURES = {
    "recall@1": R @ 1, "recall@5": R @ 5, "recall@10": R @ 10, "success@1": Success @ 1, "success@5": Success @ 5,
    "mrr": RR @ 10, "ndcg@10": nDCG @ 10,
}  # fmt: skip
"""By the names of the result file. mrr and ndcg look at the first ten."""
QUESTION = "q"

Sources = Mapping[str, Mapping[int, Chunk]]
"""The chunks by what they rest on: ids of facts, and of their document. Each with its place among all."""


def ranking_measures(ranking: Sequence[str], relevant: Collection[str]) -> dict[str, float]:
    """Give each measure of one ranking, best first, against the ids of what is relevant; nothing where none is."""
    if not relevant:
        return {}
    judged = [ir_measures.Qrel(QUESTION, name, 1) for name in sorted(relevant)]
    run = [ir_measures.ScoredDoc(QUESTION, name, float(-place)) for place, name in enumerate(ranking)]
    found = ir_measures.calc_aggregate(MEASURES.values(), judged, run)
    return {name: float(found[measure]) for name, measure in MEASURES.items()}


def by_source(chunks: Iterable[Chunk]) -> Sources:
    """Give the chunks by what they rest on."""
    found: dict[str, dict[int, Chunk]] = defaultdict(dict)
    for place, chunk in enumerate(chunks):
        facts = (fact for sentence in chunk.passage.sentences for fact in sentence.facts)
        for source in (chunk.document, *facts):
            found[source][place] = chunk
    return dict(found)


def relevant_chunks(sources: Iterable[str], known: Sources) -> list[Chunk]:
    """Give the chunks that hold a sentence resting on one of `sources`, ids of facts or documents, in their order."""
    found = {place: chunk for source in sources for place, chunk in known.get(source, {}).items()}
    return [found[place] for place in sorted(found)]
