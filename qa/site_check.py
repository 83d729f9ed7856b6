"""What is wrong with a site, and what it lacks before patients see it; every fault at once."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from corpus.check import Finding
from corpus.clinic import DOCUMENTS, SiteDocument, load_site_documents
from corpus.conflicts import find_conflicts
from corpus.errors import ProjectError, SettingsError
from index.build import index_status
from qa.policy.lines import NO_REGION, overdue_numbers
from qa.settings import SITE_ID, Settings
from qa.signatures import read_signatures
from qa.site import ANY_ORIGIN, Site


def site_ids(settings: Settings) -> list[str]:
    """Give the ids of all sites that have settings or a folder, in order."""
    if not settings.sites.is_dir():
        return []
    files = (path.stem for path in settings.sites.glob("*.toml"))
    folders = (path.name for path in settings.sites.iterdir() if path.is_dir())
    return sorted(name for name in {*files, *folders} if not name.startswith("."))


def check_site(settings: Settings, name: str, today: date, *, live: bool) -> list[Finding]:
    """Give every finding on one site; an `error` forbids what was asked for.

    live: ask also for all that a site needs before patients see it.
    """
    return [
        *_settings_findings(settings, name, today, live=live),
        *_document_findings(settings, name),
        *_signature_findings(settings, name),
    ]


def _settings_findings(settings: Settings, name: str, today: date, *, live: bool) -> Iterator[Finding]:
    place = f"{name}.toml"
    try:
        site = _read(settings, name)
    except ProjectError as error:
        yield Finding("error", place, f"{error.message} {error.remedy}")
        return
    if live:
        yield from (Finding("error", place, message) for missing, message in NEEDED if missing(site))
        yield from (Finding("error", place, message) for message in _overdue(site, today))
        yield from _index_findings(settings)
    yield from (Finding("warning", place, message) for missing, message in WISHED if missing(site))


def _read(settings: Settings, name: str) -> Site:
    if not SITE_ID.fullmatch(name):
        raise SettingsError(f"{name[:64]!r} cannot be the id of a site.", "Use small letters, digits and hyphens.")
    if not _file(settings, name).is_file():
        raise SettingsError("The site has no settings.", f"Run 'ketamine-qa site new {name}'.")
    try:
        return settings.site(name)
    except UnicodeDecodeError as error:
        raise SettingsError(f"The file is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error


def _file(settings: Settings, name: str) -> Path:
    return settings.sites / f"{name}.toml"


def _overdue(site: Site, today: date) -> Iterator[str]:
    for region, number in overdue_numbers(today):
        if region == site.region:
            yield (
                f"The help line {number.name} was read on {number.checked} and was due on {number.due}: read "
                f"{number.page} and correct qa/policy/lines.toml."
            )


def _index_findings(settings: Settings) -> Iterator[Finding]:
    status = index_status(settings.place)
    if status.manifest is None:
        yield Finding("error", "index", f"{'; '.join(status.reasons)}. Run 'ketamine-qa index build'.")
    elif status.reasons:
        yield Finding("warning", "index", f"{'; '.join(status.reasons)}. Run 'ketamine-qa index build'.")


def _document_findings(settings: Settings, name: str) -> Iterator[Finding]:
    for read in load_site_documents(settings.sites):
        if read.site == name:
            yield from _findings_of(read)


def _findings_of(read: SiteDocument) -> Iterator[Finding]:
    place = f"{read.site}/{DOCUMENTS}/{read.path.name}"
    yield from (Finding("error", place, fault.message) for fault in read.faults)
    for conflict in find_conflicts([read.document] if read.document else []):
        message = f"{conflict.quote!r} may be laxer than the label and is not quoted ({conflict.rule.fact})."
        yield Finding("warning", place, message)


def _signature_findings(settings: Settings, name: str) -> Iterator[Finding]:
    try:
        read_signatures(settings, name)
    except ProjectError as error:
        yield Finding("error", name, f"{error.message} {error.remedy}")


def _lacks(key: str) -> Callable[[Site], bool]:
    return lambda site: not getattr(site, key)


NEEDED: tuple[tuple[Callable[[Site], bool], str], ...] = (
    (lambda site: site.region == NO_REGION, "region is not set: no emergency number and no line is shown."),
    (_lacks("phone"), "phone is not set."),
    (_lacks("out_of_hours_phone"), "out_of_hours_phone is not set."),
    (_lacks("privacy_page"), "privacy_page is not set."),
    (_lacks("allowed_origins"), "allowed_origins is empty: no page may embed the chat."),
    (_lacks("responsible"), "responsible is not set: somebody at the clinic must answer for the chat."),
    (_lacks("incident_contact"), "incident_contact is not set: a wrong answer can be reported to nobody."),
)
"""What a site must have before patients see it."""
WISHED: tuple[tuple[Callable[[Site], bool], str], ...] = (
    (_lacks("contact_page"), "contact_page is not set."),
    (_lacks("keeps"), "keeps is not set: visitors are not told what you keep."),
    (lambda site: ANY_ORIGIN in site.allowed_origins, "allowed_origins is '*': any page may embed the chat."),
    (
        lambda site: any(origin.startswith("http:") for origin in site.allowed_origins),
        "allowed_origins has a page without TLS (http://).",
    ),
)
