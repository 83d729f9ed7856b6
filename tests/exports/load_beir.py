"""Loads the folder beir with BEIR and lets it score a perfect ranking: load_beir.py FOLDER RESULT."""

import json
import sys
from pathlib import Path

from beir.datasets.data_loader import GenericDataLoader
from beir.retrieval.evaluation import EvaluateRetrieval

folder, result_file = map(Path, sys.argv[1:])
questions = json.loads(result_file.read_text(encoding="utf-8"))["questions"]
corpus, queries, qrels = GenericDataLoader(data_folder=str(folder / "beir")).load(split="test")

lines = (folder / "beir" / "corpus.jsonl").read_text(encoding="utf-8").split("\n")
assert len(corpus) == len([line for line in lines if line]) > 0
assert all(passage["text"] and passage["title"] for passage in corpus.values())
asked = {question["id"]: question["case"] for question in questions if question["score"]["ranks"]}
assert set(queries) == set(qrels) == set(asked)
assert all(text.strip().endswith(asked[name]["question"].strip()) for name, text in queries.items())
assert all(judged and set(judged) <= set(corpus) and set(judged.values()) == {1} for judged in qrels.values())
cited = {name.split("#")[0] for judged in qrels.values() for name in judged}
assert len(cited) > 1, "all that is relevant stands in one document"

perfect = {query: {passage: 1.0 for passage in judged} for query, judged in qrels.items()}
ndcg, *_ = EvaluateRetrieval.evaluate(qrels, perfect, [10])
assert ndcg["NDCG@10"] == 1.0
