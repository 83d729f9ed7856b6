"""Errors that are shown to a person as they are: what is wrong, where, and what to do."""


class ProjectError(Exception):
    """A fault that a person can act on.

    message: what is wrong and where, one sentence.
    remedy: what to do about it, one sentence.
    """

    def __init__(self, message: str, remedy: str) -> None:
        """Keep both parts; `str()` gives them joined."""
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class CorpusError(ProjectError):
    """The ledger or a document cannot be used as it stands."""


class IndexMissing(ProjectError):
    """No index has been built where one is looked for."""


class IndexFault(ProjectError):
    """An index exists but does not fit what is asked of it: another encoder, a damaged file."""


class SettingsError(ProjectError):
    """An environment variable, a site file or an argument has a value that cannot be used."""


class QuestionError(ProjectError):
    """A question that cannot be answered because of its form: empty, too long, malformed."""


class ModelError(ProjectError):
    """The optional chat model cannot be set up, cannot be reached, or gives no usable reply."""
