"""What the command line names of an evaluation before anything of it is loaded."""

TIMEOUT = 30.0
"""Seconds after which a question counts as wrong."""
EXPORTS = RAGAS, DEEPEVAL, BEIR = ("ragas", "deepeval", "beir")
"""Kinds of other libraries' files."""
