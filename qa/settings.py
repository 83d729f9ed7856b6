"""What the operator has set, read once: the environment, and one file for each site."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import corpus
from corpus.corrections import CORRECTIONS
from corpus.errors import SettingsError
from index.build import Place
from index.model import BUNDLED
from qa.policy.lines import NO_REGION, regions
from qa.policy.load import policy_text
from qa.site import Site, site_from

HOME, CORPUS, MODEL = "KETAMINE_QA_HOME", "KETAMINE_QA_CORPUS", "KETAMINE_QA_MODEL"
LLM = "KETAMINE_QA_LLM"
PACKAGE = Path(corpus.__file__).parent
SITE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
SITES = "sites"
REGION = re.compile(r"""^\s*region\s*=\s*["']([A-Za-z]+)["']""", re.MULTILINE)
"""The line of a site's file that names its region."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie. home: everything that is written. corpus: what may be quoted. model: name or folder.

    llm: the optional chat model as `provider:model`, empty for none.
    """

    home: Path
    corpus: Path
    model: str
    llm: str = ""

    @property
    def place(self) -> Place:
        """The same, as the index needs it."""
        return Place(self.corpus, self.home / "index", self.home / "models", self.model, self.sites)

    @property
    def sites(self) -> Path:
        """Where the sites' settings and documents lie."""
        return self.home / SITES

    @property
    def corrections(self) -> Path:
        """The log of what was withdrawn and restored."""
        return self.home / CORRECTIONS

    def check_site_id(self, name: str) -> None:
        """Raise SettingsError where a name cannot be a site's id."""
        if not SITE_ID.fullmatch(name):
            raise SettingsError(f"{name[:64]!r} cannot be the id of a site.", "Use small letters, digits and hyphens.")

    def site(self, name: str | None, region: str | None = None) -> Site:
        """Give the site `name`, the default one for None, with the numbers of `region` instead of its own if given.

        Raises SettingsError where the site or the region is unknown or the site's file is faulty.
        """
        if region is None:
            return self._read_site(name)
        if region not in regions():
            raise SettingsError(f"There is no region {region[:64]!r}.", f"Use one of {', '.join(regions())}.")
        return replace(self._read_site(name), region=region)

    def region_beside(self, name: str | None) -> str | None:
        """Give the region that a site's file names, however faulty the file; `none` where it names none.

        None where there is no such file: the default site's region is as good as any then.
        """
        if not name or not SITE_ID.fullmatch(name) or not (path := self.home / SITES / f"{name}.toml").is_file():
            return None
        found = REGION.search(path.read_bytes().decode("utf-8", errors="replace"))
        return found[1] if found and found[1] in regions() else NO_REGION

    def _read_site(self, name: str | None) -> Site:
        if not name:
            return site_from("", "the default site", _parse("the default site", policy_text("default_site.toml")))
        path = self.home / SITES / f"{name}.toml"
        if not SITE_ID.fullmatch(name) or not path.is_file():
            raise SettingsError(
                f"There is no site {name[:64]!r}.", f"Put its settings in {self.home / SITES}/<id>.toml."
            )
        default = _parse("the default site", policy_text("default_site.toml"))
        own = _parse(str(path), path.read_text(encoding="utf-8"))
        return site_from(name, str(path), {**default, "region": None, **own})


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment. The defaults are `var/` and `corpus/` of the checkout, the bundled model, no chat model."""
    return Settings(
        home=Path(environment.get(HOME) or PACKAGE.parent / "var").expanduser().absolute(),
        corpus=Path(environment.get(CORPUS) or PACKAGE).expanduser().absolute(),
        model=environment.get(MODEL) or BUNDLED,
        llm=environment.get(LLM, "").strip(),
    )


def _parse(place: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{place} is not valid TOML: {error}.", "Correct the file.") from error
