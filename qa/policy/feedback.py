"""What a visitor's thumb may be about, from `feedback.toml`."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from qa.policy.load import read_policy, refuse

NAME = re.compile(r"[a-z][a-z_]{0,31}")


@cache
def categories() -> Mapping[str, str]:
    """Give what is shown for each category, by its name. Raises SettingsError that names every fault of the file."""
    return read_categories(read_policy("feedback.toml"))


def read_categories(table: Mapping[str, Any]) -> dict[str, str]:
    """Give the categories of a table as in `feedback.toml`. Raises SettingsError that names every fault."""
    refuse("feedback.toml", _faults(table))
    return dict(table["category"])


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{name!r} is not known" for name in sorted(table.keys() - {"category"}))
    entries = table.get("category")
    if not isinstance(entries, dict) or not entries:
        yield "there is no category"
        return
    for name, shown in entries.items():
        if not NAME.fullmatch(name):
            yield f"{name!r} is not in small letters"
        if not isinstance(shown, str) or not shown.strip():
            yield f"{name} shows nothing"
