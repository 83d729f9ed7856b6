"""What can be typed."""

import pytest

from qa.arguments import parser
from qa.cli import COMMANDS

TYPED = {
    "serve": "serve", "ask": "ask what", "corpus check": "corpus check", "corpus list": "corpus list",
    "corpus stale": "corpus stale", "corpus add": "corpus add --site hill page.html",
    "corpus show": "corpus show visits", "index build": "index build", "index status": "index status",
    "index verify": "index verify", "index search": "index search what", "evaluate": "evaluate set.jsonl",
    "index rollback": "index rollback", "corpus withdraw": "corpus withdraw visits#call --reason wrong",
    "corpus restore": "corpus restore visits --reason right", "corpus corrections": "corpus corrections",
    "corpus review": "corpus review --site hill", "corpus sign": "corpus sign --all --site hill --name N --role R",
    "site new": "site new hill", "site check": "site check --live",
    "widget snippet": "widget snippet --site hill",
    "testset import": "testset import set.csv", "testset check": "testset check set.jsonl",
}  # fmt: skip


def test_every_command_is_carried_out() -> None:
    assert COMMANDS.keys() == TYPED.keys()
    assert {name: parser().parse_args(line.split()).command for name, line in TYPED.items()} == {
        name: name for name in TYPED
    }


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "1e300", "soon"])
def test_seconds_that_cannot_be_waited_are_refused(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(["evaluate", "set.jsonl", "--timeout", seconds])
    assert "--timeout" in capsys.readouterr().err


def test_an_export_of_another_kind_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(["evaluate", "set.jsonl", "--export", "excel"])
    assert "ragas" in capsys.readouterr().err
