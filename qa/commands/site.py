"""`site new` and `site check`."""

from collections.abc import Mapping
from datetime import date

from corpus.clinic import DOCUMENTS
from corpus.errors import SettingsError
from qa.commands.said import Said
from qa.new_site import Value, write_new_site
from qa.settings import Settings
from qa.site_check import check_site, site_ids


def new(settings: Settings, name: str, values: Mapping[str, Value]) -> Said:
    """Write the settings of a new site. values: those that were typed. Raises SettingsError."""
    path = write_new_site(settings, name, values)
    return Said(
        (
            f"written: {path}",
            f"Put the clinic's own documents in with 'ketamine-qa corpus add --site {name} FILE...' "
            f"({settings.sites / name / DOCUMENTS}).",
            f"Then run 'ketamine-qa site check {name}'.",
        )
    )


def check(settings: Settings, name: str | None, today: date, *, live: bool) -> Said:
    """Name every fault of a site, of all sites for None. Raises SettingsError where there is none."""
    names = [name] if name else site_ids(settings)
    if not names or (name and name not in site_ids(settings)):
        what = f"There is no site {name[:64]!r}." if name else "There is no site yet."
        raise SettingsError(what, "Run 'ketamine-qa site new ID'.")
    findings = [finding for one in names for finding in check_site(settings, one, today, live=live)]
    errors = sum(finding.severity == "error" for finding in findings)
    lines = [f"{finding.severity}: {finding.place}: {finding.message}" for finding in findings]
    ready = " for patients" if live else ""
    counts = f"{len(names)} sites checked{ready}: {errors} errors, {len(findings) - errors} warnings"
    return Said((*lines, counts), failed=errors > 0)
