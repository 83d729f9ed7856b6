"""Loads deepeval.json with DeepEval: load_deepeval.py FOLDER RESULT."""

import json
import sys
from pathlib import Path

from deepeval.dataset import EvaluationDataset

folder, result_file = map(Path, sys.argv[1:])
questions = json.loads(result_file.read_text(encoding="utf-8"))["questions"]
dataset = EvaluationDataset()
dataset.add_test_cases_from_json_file(
    file_path=str(folder / "deepeval.json"),
    input_key_name="input",
    actual_output_key_name="actual_output",
    expected_output_key_name="expected_output",
    context_key_name="context",
    retrieval_context_key_name="retrieval_context",
)

assert len(dataset.test_cases) == len(questions) > 0
for question, loaded in zip(questions, dataset.test_cases, strict=True):
    case, answer = question["case"], question["answer"]
    assert loaded.input.strip().endswith(case["question"].strip())
    assert loaded.expected_output == (case["reference"] or None)
    assert bool(loaded.actual_output) == bool(answer)
    cited = {citation["passage"] for citation in answer["citations"]} if answer else set()
    assert set(loaded.retrieval_context) == cited
    assert len(loaded.retrieval_context) == len(cited)
    assert bool(loaded.context) == bool(question["score"]["ranks"])
