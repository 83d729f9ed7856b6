"""The settings file of a new site: `qa/policy/new_site.toml` with what is known filled in, never over an older one."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from corpus.clinic import DOCUMENTS
from corpus.errors import SettingsError
from qa.policy.lines import NO_REGION, regions
from qa.policy.load import policy_text
from qa.settings import Settings
from qa.site import site_from

TEMPLATE = "new_site.toml"
STANDING = {"greeting": "-", "suggested_questions": []}
"""What the default site sets where the new one does not, for the check of the other values."""
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Value = str | list[str]


def write_new_site(settings: Settings, name: str, values: Mapping[str, Value]) -> Path:
    """Write `sites/<name>.toml` and make the folder for the site's documents; give the file.

    values: what is filled in, by key. Raises SettingsError where the id or a value cannot be used or the site is there
    already; then nothing has been written.
    """
    settings.check_site_id(name)
    path = settings.sites / f"{name}.toml"
    filled = {"name": name, **values}
    site_from(name, "The new site", {**STANDING, **filled})
    text = _text(name, filled)
    (settings.sites / name / DOCUMENTS).mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SettingsError(f"The site {name} has settings already: {path}.", "Edit that file.") from error
    return path


def toml_value(value: Value) -> str:
    """Give a text or a list of texts as TOML. Raises SettingsError for what TOML cannot hold."""
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise SettingsError(f"{value[:40]!r} is not text.", "Type it in UTF-8.")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def _text(name: str, values: Mapping[str, Value]) -> str:
    text = policy_text(TEMPLATE).replace("site ID", f"site {name}").replace("check ID", f"check {name}")
    text = text.replace("REGIONS", ", ".join(region for region in regions() if region != NO_REGION))
    for key, value in values.items():
        line = f"{key} = {toml_value(value)}"
        text, times = re.subn(rf"^{key} = .*$", lambda _, line=line: line, text, flags=re.MULTILINE)  # type: ignore[misc]
        if times != 1:
            raise SettingsError(f"qa/policy/{TEMPLATE} has no line for {key}.", "Restore the file.")
    tomllib.loads(text)
    return text
