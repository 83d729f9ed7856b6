"""How many visitors the product bears, beside bare servers that only echo, and beside its own pipeline in a loop.

    python tests/bench/load.py [--visitors 200] [--seconds 60] [--think 0] [--only chat,api] [--json]

One after the other, each in a process of its own: the whole chat through Gradio's queue and its stream of events; the
API; a bare Gradio chat and a bare FastAPI route that give back what they get; and the pipeline in a loop, without HTTP.
The visitors run in this process and share the cores with the server. `ends` counts how requests ended: HTTP statuses,
`503` also for a word in the conversation that too many ask, names of errors for broken connections. `resident_mib` is
the server's memory at the beginning and after each tenth of the time.
"""

import argparse
import asyncio
import json
from datetime import date
from time import perf_counter
from typing import Any

import httpx
from load_servers import echo, product, serving
from load_visitors import ChatAsker, Crowd, ask_api, visit

from qa.pipeline import Pipeline
from qa.settings import read_settings

TODAY = date(2026, 11, 23)
KINDS = ("chat", "api", "gradio_echo", "fastapi_echo", "pipeline")


def main() -> int:
    """Print the figures."""
    options = _options()
    pipeline = Pipeline(read_settings())
    chunks = pipeline.open().searcher.generation.chunks
    questions = [question for chunk in chunks for question in chunk.passage.asked_as]
    crowd = Crowd(options.visitors, options.seconds, options.think, questions)
    figures: dict[str, Any] = {"visitors": crowd.visitors, "seconds": crowd.seconds, "think_s": crowd.think}
    for kind in options.only.split(","):
        figures[kind] = _loop(pipeline, crowd) if kind == "pipeline" else _served(kind, crowd)
    print(json.dumps(figures) if options.json else json.dumps(figures, indent=1))  # noqa: T201
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--think", type=float, default=0.0, help="seconds between an answer and the next question")
    parser.add_argument("--only", default=",".join(KINDS), help=f"some of {', '.join(KINDS)}")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _served(kind: str, crowd: Crowd) -> dict[str, Any]:
    """Give the figures of one kind of server, started for it alone."""
    bare = kind.endswith("_echo")
    command = echo(kind.removesuffix("_echo")) if bare else product
    with serving(command, "/" if bare else "/readyz") as server:
        if kind in ("chat", "gradio_echo"):
            config = httpx.get(f"{server.address}/config", timeout=60).json()
            return asyncio.run(visit(server, ChatAsker(config), crowd))
        return asyncio.run(visit(server, ask_api, crowd))


def _loop(pipeline: Pipeline, crowd: Crowd) -> dict[str, Any]:
    """Give how many answers a second the pipeline makes, asked by one thread without a pause."""
    pipeline.ask(crowd.questions[0], today=TODAY)
    answers, started = 0, perf_counter()
    while perf_counter() - started < crowd.seconds:
        pipeline.ask(crowd.questions[answers % len(crowd.questions)], today=TODAY)
        answers += 1
    return {"requests": answers, "answers_per_s": round(answers / (perf_counter() - started), 2)}


if __name__ == "__main__":
    raise SystemExit(main())
