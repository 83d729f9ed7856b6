"""A request's body, read no further than is good."""

import asyncio
from collections.abc import AsyncIterator

from qa.web.access import Refused

DRAINED_BYTES = 20_000_000
"""What is too large is read on up to here, because a refusal does not reach a sender who is cut off."""
SECONDS = 20.0
"""How long a body may take to arrive."""
TOO_LARGE, TOO_SLOW = 413, 408


async def read_body(pieces: AsyncIterator[bytes], most: int) -> tuple[bytes, Refused | None]:
    """Give the first `most` bytes of a body, and what is wrong where that is not all of it."""
    kept: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in pieces:
                kept.append(piece[: max(0, most - size)])
                size += len(piece)
                if size > DRAINED_BYTES:
                    break
    except TimeoutError:
        return b"".join(kept), Refused(TOO_SLOW, f"The request took more than {SECONDS:g} seconds.", "Send it again.")
    if size > most:
        return b"".join(kept), Refused(TOO_LARGE, f"The request has more than {most} bytes.", "Send less.")
    return b"".join(kept), None
