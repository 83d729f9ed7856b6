"""How many questions a minute: of one visitor, and of a site (the only file that imports limits)."""

import hmac
import math
import secrets
from contextlib import suppress
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from time import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from qa.site import Site
from qa.web.refusals import ComeBack

TOO_MANY = 429
MINUTE = 60
HOUSEHOLD = 64
"""Bits of an IPv6 address that one household or company shares."""


class RateLimits:
    """Counts questions of the last minute. Addresses are kept as keyed hashes, in memory, for as long as they count."""

    def __init__(self) -> None:
        """Start with nothing counted. The key of the hashes lives as long as this object."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._key = secrets.token_bytes(32)

    def count_client(self, site: Site, address: str) -> None:
        """Count a question of one visitor on a site. Raises ComeBack (429)."""
        item = RateLimitItemPerMinute(site.limits.client_per_minute)
        self._count(item, "client", site.id, self._visitor(address), said="You have asked many questions in a minute.")

    def count_site(self, site: Site) -> None:
        """Count a question of anybody on a site. Raises ComeBack (429)."""
        item = RateLimitItemPerMinute(site.limits.site_per_minute)
        self._count(item, "site", site.id, said="Many people are asking just now.")

    def count(self, what: str, address: str, most: int) -> None:
        """Count something else that a visitor does, `most` times a minute. Raises ComeBack (429)."""
        self._count(
            RateLimitItemPerMinute(most), what, self._visitor(address), said="These are many requests a minute."
        )

    def _count(self, item: RateLimitItem, *names: str, said: str) -> None:
        if self._limiter.hit(item, *names):
            return
        reset = self._limiter.get_window_stats(item, *names).reset_time
        raise ComeBack(TOO_MANY, said, min(MINUTE, max(1, math.ceil(reset - time()))))

    def _visitor(self, address: str) -> str:
        return hmac.new(self._key, _network(address).encode(), sha256).hexdigest()


def _network(address: str) -> str:
    """Give what counts as one visitor: an IPv4 address, in whichever form, or the network of an IPv6 one."""
    with suppress(ValueError):
        known = ip_address(address)
        if isinstance(known, IPv6Address):
            return str(known.ipv4_mapped or ip_network((known, HOUSEHOLD), strict=False))
    return address
