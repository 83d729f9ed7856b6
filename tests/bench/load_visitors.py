"""Visitors who ask, read and ask again, through the chat's own protocol or through the API."""

import asyncio
import json
import random
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx
import numpy as np
from load_servers import Server

BUSY = "asking just now"
"""What the chat says in the conversation where the API says 503."""
SAMPLES = 10
"""How often the server's memory is looked at, besides at the beginning."""
SEED = 20260115

Ask = Callable[[httpx.AsyncClient, str, dict[str, str]], Awaitable[str]]


@dataclass
class Seen:
    """What the visitors have seen: seconds of each answer, how each request ended, and the server's memory in MiB."""

    seconds: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    resident: list[float] = field(default_factory=list)

    def figures(self, during: float) -> dict[str, Any]:
        """Give the figures. during: how long it took, in seconds."""
        p50, p95 = np.percentile(self.seconds, (50, 95)) if self.seconds else (0.0, 0.0)
        return {
            "requests": sum(self.ends.values()),
            "answers_per_s": round(len(self.seconds) / during, 2),
            "p50_ms": round(float(p50) * 1000, 1),
            "p95_ms": round(float(p95) * 1000, 1),
            "ends": dict(sorted(self.ends.items())),
            "resident_mib": self.resident,
        }


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many visitors ask, for how many seconds, and how many seconds each thinks between two questions."""

    visitors: int
    seconds: float
    think: float
    questions: Sequence[str]


async def visit(server: Server, ask: Ask, crowd: Crowd) -> dict[str, Any]:
    """Let the crowd ask, and give the figures. One question before the beginning warms the server up."""
    seen = Seen()
    pool = httpx.Limits(max_connections=None, max_keepalive_connections=crowd.visitors * 2)
    async with httpx.AsyncClient(base_url=server.address, timeout=120, limits=pool) as client:
        await ask(client, crowd.questions[0], _address(0))
        seen.resident.append(server.resident_mib())
        started = perf_counter()
        visitors = [_visitor(number, client, ask, crowd, seen, started) for number in range(crowd.visitors)]
        await asyncio.gather(_watch(server, crowd, seen), *visitors)
        return seen.figures(perf_counter() - started)


async def ask_api(client: httpx.AsyncClient, question: str, headers: dict[str, str]) -> str:
    """Ask the API, and give the status."""
    reply = await client.post("/api/v1/ask", json={"question": question}, headers=headers)
    return str(reply.status_code)


class ChatAsker:
    """Asks as the page of a Gradio chat does: it sends an event, and listens until the answer is there."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Read from the page's configuration which event the question box sends, and with what."""
        boxes = {one["id"] for one in config["components"] if one["type"] == "textbox"}
        events = (found for found in config["dependencies"] if any(target[0] in boxes for target in found["targets"]))
        self._event = next(events)
        components = {one["id"]: one for one in config["components"]}
        self._inputs = [components[name] for name in self._event["inputs"]]

    async def __call__(self, client: httpx.AsyncClient, question: str, headers: dict[str, str]) -> str:
        """Ask, and give the status, 503 where the conversation says that too many ask."""
        body = {
            "data": [_given(one, question) for one in self._inputs],
            "fn_index": self._event["id"], "session_hash": secrets.token_hex(6), "event_data": None,
        }  # fmt: skip
        joined = await client.post("/gradio_api/queue/join", json=body, headers=headers)
        if joined.is_error:
            return str(joined.status_code)
        asked = {"session_hash": body["session_hash"]}
        async with client.stream("GET", "/gradio_api/queue/data", params=asked, headers=headers) as stream:
            async for line in stream.aiter_lines():
                message = json.loads(line.removeprefix("data: ")) if line else {}
                if message.get("msg") == "process_completed":
                    return "503" if BUSY in line else "200" if message["success"] else "failed"
        return "no answer"


def _given(component: dict[str, Any], question: str) -> Any:  # noqa: ANN401 - what components hold
    if component["type"] == "textbox":
        return question
    return [] if component["type"] == "chatbot" else component.get("props", {}).get("value")


async def _visitor(number: int, client: httpx.AsyncClient, ask: Ask, crowd: Crowd, seen: Seen, started: float) -> None:
    """Ask one question after the other, beginning at a moment of one's own."""
    chance = random.Random(SEED + number)  # noqa: S311 - which question is asked
    await asyncio.sleep(chance.uniform(0, min(crowd.think, crowd.seconds / 2)))
    while perf_counter() - started < crowd.seconds:
        asked = perf_counter()
        try:
            end = await ask(client, chance.choice(crowd.questions), _address(number))
        except httpx.HTTPError as error:
            end = type(error).__name__
        seen.ends[end] += 1
        if end == "200":
            seen.seconds.append(perf_counter() - asked)
        await asyncio.sleep(crowd.think)


async def _watch(server: Server, crowd: Crowd, seen: Seen) -> None:
    for _ in range(SAMPLES):
        await asyncio.sleep(crowd.seconds / SAMPLES)
        seen.resident.append(server.resident_mib())


def _address(number: int) -> dict[str, str]:
    """Give the header by which a proxy tells the address of a visitor."""
    return {"x-forwarded-for": f"198.18.{number // 250}.{number % 250 + 1}"}
