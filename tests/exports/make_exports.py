"""Writes every export of a result file: make_exports.py RESULT FOLDER. The index that answered must be the live one."""

import sys
from pathlib import Path

from qa.evaluate.exports import KINDS, export
from qa.evaluate.result import read_result
from qa.pipeline import Pipeline
from qa.settings import read_settings

result_file, folder = map(Path, sys.argv[1:])
result = read_result(result_file)
generation = Pipeline(read_settings()).open().searcher.generation
assert result["stamp"]["index"] == generation.manifest.name, "the result comes from another index"
for kind in KINDS:
    export(kind, result, generation.chunks, folder)
