"""The visitors of the load bench ask as visitors do, and their figures are counted right."""

import asyncio
import os
from collections import Counter
from typing import Any

import httpx
from load_servers import Server
from load_visitors import BUSY, ChatAsker, Seen, ask_api

from qa.web.turnstile import busy

QUESTION = "How long do I rest in the clinic after the spray?"


async def asked(address: httpx.URL, config: dict[str, Any]) -> tuple[str, str]:
    async with httpx.AsyncClient(base_url=address, timeout=300) as client:
        return await ChatAsker(config)(client, QUESTION, {}), await ask_api(client, QUESTION, {})


def test_the_chat_and_the_api_answer_the_bench(client: httpx.Client) -> None:
    config = client.get("/config").json()
    assert asyncio.run(asked(client.base_url, config)) == ("200", "200")


def test_a_chat_that_refuses_is_told_from_one_that_answers() -> None:
    assert BUSY in busy().message


def test_figures_are_counted() -> None:
    seen = Seen([0.1, 0.2, 0.3], Counter({"200": 3, "503": 1}), [10.0, 12.0])
    assert seen.figures(2.0) == {
        "requests": 4, "answers_per_s": 1.5, "p50_ms": 200.0, "p95_ms": 290.0, "ends": {"200": 3, "503": 1},
        "resident_mib": [10.0, 12.0],
    }  # fmt: skip
    assert Seen().figures(1.0)["p95_ms"] == 0


def test_memory_is_read() -> None:
    assert Server("", os.getpid()).resident_mib() > 10
