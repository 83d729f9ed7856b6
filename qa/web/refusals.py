"""What is said to a request that is not answered: its status, what is wrong, what to do, and where help is."""

from collections.abc import Iterable, Mapping

from corpus.errors import IndexFault, IndexMissing, ProjectError, QuestionError, SettingsError
from qa.policy.load import wordings
from qa.site import Site
from qa.web.access import UNKNOWN, Refused

STATUS: Mapping[type[ProjectError], int] = {
    QuestionError: 422,
    SettingsError: 404,
    IndexMissing: 503,
    IndexFault: 503,
}
SAID: Mapping[type[ProjectError], tuple[str, str]] = {
    SettingsError: ("There is no such site or region.", "Check the names of both, or leave them out."),
    IndexMissing: ("The sources have not been made ready.", "The operator is told why by 'ketamine-qa index status'."),
    IndexFault: ("The sources cannot be read.", "The operator is told why by 'ketamine-qa index verify'."),
}
"""What a visitor is told instead of what these errors say, which is for the operator and names folders."""
REASONS = {401: "key", 403: "origin", 404: "site", 408: "slow", 413: "size", 422: "form", 429: "limit", 503: "busy"}


class ComeBack(Refused):
    """A request that may be sent again. seconds: after how long."""

    def __init__(self, status: int, message: str, seconds: int) -> None:
        """Say in the remedy when to come back."""
        super().__init__(status, message, f"Try again in {seconds} second{'' if seconds == 1 else 's'}.")
        self.seconds = seconds


class NotAllowed(Refused):
    """A path asked in a way that it does not have. methods: the ways it has."""

    def __init__(self, methods: Iterable[str]) -> None:
        """Name the ways."""
        self.methods = ", ".join(sorted(methods))
        super().__init__(405, "This address is not asked in this way.", f"Use {self.methods}.")


class Unanswered(ProjectError):
    """A fault of the program. What it was about is not said, because that may hold the question."""

    def __init__(self) -> None:
        """Say that it is not the visitor's fault."""
        super().__init__("The question could not be answered.", "Try again; if it stays so, tell the clinic.")


def for_visitors(error: ProjectError) -> ProjectError:
    """Give an error as a visitor may see it."""
    for kind, (message, remedy) in SAID.items():
        if isinstance(error, kind):
            return kind(message, remedy)
    return error


def status_of(error: ProjectError) -> int:
    """Give the HTTP status of an error."""
    if isinstance(error, Refused):
        return error.status
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def reason_of(error: ProjectError) -> str:
    """Give the one word by which the metrics count an error."""
    if isinstance(error, IndexMissing | IndexFault):
        return "index"
    return REASONS.get(status_of(error), "fault")


def refusal_record(error: ProjectError, site: Site) -> dict[str, str]:
    """Give an error as JSON: {"error", "remedy", "help"}, the last with the numbers of the site's region."""
    return {"error": error.message, "remedy": error.remedy, "help": help_of(site)}


def refusal_headers(error: ProjectError) -> dict[str, str]:
    """Give the headers that belong to an error."""
    headers = {"cache-control": "no-store"}
    if isinstance(error, ComeBack):
        headers["retry-after"] = str(error.seconds)
    if isinstance(error, NotAllowed):
        headers["allow"] = error.methods
    if status_of(error) == UNKNOWN:
        headers["www-authenticate"] = "Bearer"
    return headers


def help_of(site: Site) -> str:
    """Give the line with the emergency number and the crisis line."""
    return site.lines.fill(wordings()["help"]["line"])
