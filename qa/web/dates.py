"""Dates of sources as people read them."""

from collections.abc import Iterable
from datetime import date

LENGTHS = {4: "%Y", 7: "%B %Y", 10: "%d %B %Y"}


def spoken_date(published: str) -> str:
    """Give `2026-03-13` as `13 March 2026`, `2026-03` as `March 2026`; anything else stays as it is."""
    form = LENGTHS.get(len(published))
    day = _day(published)
    return day.strftime(form).lstrip("0") if form and day else published


def newest(published: Iterable[str]) -> str:
    """Give the latest of the dates, as it is written; empty where none is one."""
    return max((one for one in published if _day(one)), default="")


def _day(published: str) -> date | None:
    try:
        return date.fromisoformat(published + "-01-01"[len(published) - 4 :])
    except ValueError:
        return None
