from corpus.errors import CorpusError, ProjectError


def test_an_error_reads_as_fault_then_remedy() -> None:
    error = CorpusError("The file x is empty.", "Fill it.")
    assert isinstance(error, ProjectError)
    assert (error.message, error.remedy, str(error)) == (
        "The file x is empty.", "Fill it.", "The file x is empty. Fill it.",
    )  # fmt: skip
