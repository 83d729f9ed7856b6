"""Loads ragas.jsonl with RAGAS: load_ragas.py FOLDER RESULT."""

import json
import sys
from pathlib import Path

from ragas import EvaluationDataset, SingleTurnSample

folder, result_file = map(Path, sys.argv[1:])
questions = json.loads(result_file.read_text(encoding="utf-8"))["questions"]
lines = [json.loads(line) for line in (folder / "ragas.jsonl").read_text(encoding="utf-8").splitlines()]
dataset = EvaluationDataset.from_jsonl(folder / "ragas.jsonl")

assert len(dataset) == len(questions) > 0
assert dataset.get_sample_type() is SingleTurnSample
assert EvaluationDataset.from_list(lines).samples == dataset.samples
by_id = {line["id"]: sample for line, sample in zip(lines, dataset.samples, strict=True)}
for question in questions:
    case, answer, sample = question["case"], question["answer"], by_id[question["id"]]
    assert sample.user_input.strip().endswith(case["question"].strip())
    assert sample.reference == (case["reference"] or None)
    assert bool(sample.response) == bool(answer)
    cited = {citation["passage"] for citation in answer["citations"]} if answer else set()
    assert set(sample.retrieved_contexts) == cited
    assert len(sample.retrieved_contexts) == len(cited)
    assert bool(sample.reference_contexts) == bool(question["score"]["ranks"])

assert {"user_input", "response", "retrieved_contexts", "reference", "reference_contexts"} == set(dataset.features())
table = dataset.to_hf_dataset()
assert sum(bool(reference) for reference in table["reference"]) == sum(bool(q["case"]["reference"]) for q in questions)
