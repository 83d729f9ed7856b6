import json
from pathlib import Path

import numpy as np
import pytest
import torch

from index.onnx import OnnxReader
from index.reader import pair_text
from index.training import loop
from index.training.groups import Candidate, Group
from index.training.loop import Stage, train_stage
from index.training.network import ReaderNetwork, export, load_weights, save_weights

COLOURS = ("red", "green", "blue", "white")
STAGE = Stage("small", rate=3e-4, batch=2, warm_up=1)


def group(colour: str, *, right: bool = True) -> Group:
    """Which lamp is lit? One of the candidates says so."""
    wrong = tuple(Candidate(f"The {other} lamp is dark.", "Lamps") for other in COLOURS if other != colour)
    text = f"The {colour} lamp is lit."
    if not right:
        return Group(f"Who built the {colour} lamp?", wrong, None)
    return Group(f"Which lamp is lit, {colour}?", (Candidate(text, "Lamps"), *wrong), 0, (4, 4 + len(colour)))


GROUPS = [group(colour, right=right) for right in (True, False) for colour in COLOURS]


class Stopped(Exception):
    """The run is cut off."""


def losses_of(network: ReaderNetwork, stage: Stage) -> float:
    with torch.inference_mode():
        return float(loop._loss(network.eval(), GROUPS, stage, 0))


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    network = ReaderNetwork(1)
    before = losses_of(network, STAGE)
    train_stage(network, GROUPS * 3, STAGE, tmp_path / "checkpoint")
    assert losses_of(network, STAGE) < 0.8 * before


def test_a_run_that_was_cut_off_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ReaderNetwork(1)
    train_stage(whole, GROUPS, STAGE, tmp_path / "unused")
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1)
    loss_of = loop._loss

    def cut_off(network: ReaderNetwork, groups: list[Group], stage: Stage, step: int) -> torch.Tensor:
        if step == 2:
            raise Stopped
        return loss_of(network, groups, stage, step)

    checkpoint = tmp_path / "checkpoint"
    with monkeypatch.context() as patched, pytest.raises(Stopped):
        patched.setattr(loop, "_loss", cut_off)
        train_stage(ReaderNetwork(1), GROUPS, STAGE, checkpoint)
    assert checkpoint.exists()
    resumed = ReaderNetwork(99)
    train_stage(resumed, GROUPS, STAGE, checkpoint)
    for (name, one), (_, other) in zip(whole.state_dict().items(), resumed.state_dict().items(), strict=True):
        assert torch.equal(one, other), name


def test_a_stage_may_stop_before_its_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        train_stage(ReaderNetwork(1), GROUPS, Stage("small", rate=1e-4, batch=2, steps=3), tmp_path / "checkpoint")
    assert [record.getMessage().split(",")[0] for record in caplog.records] == ["small: step 3 of 3"]


def test_the_rate_rises_then_falls_in_a_straight_line() -> None:
    stage = Stage("s", rate=1.0, last=0.2, warm_up=2)
    assert [round(loop._rate(stage, step, 10), 3) for step in (0, 1, 5, 10)] == [0.5, 0.92, 0.6, 0.2]


def test_an_answer_that_was_cut_off_points_nowhere() -> None:
    network = ReaderNetwork(1)
    words = " ".join(["word"] * 200)
    far = Group("where?", (Candidate(f"{words} here"),), 0, (len(words) + 1, len(words) + 5))
    near = group("red")
    encoded = loop.encodings(network, [(near.question, near.candidates[0].text)], loop.TOKENS)
    token = loop._token_of(encoded[0], near)
    assert token is not None
    assert network.tokenizer.convert_ids_to_tokens(encoded[0].ids[token]) == "red"
    assert loop._token_of(loop.encodings(network, [("where?", words)], loop.TOKENS)[0], far) is None


def test_the_graph_reads_as_the_network_does(tmp_path: Path) -> None:
    network = ReaderNetwork(1)
    train_stage(network, GROUPS, STAGE, tmp_path / "checkpoint")
    save_weights(network, tmp_path / "weights.pt")
    again = ReaderNetwork(2)
    load_weights(again, tmp_path / "weights.pt")
    export(again, tmp_path / "graph")
    assert json.loads((tmp_path / "graph" / "shape.json").read_text())["inputs"]
    texts = [pair_text(one.text, one.context) for one in GROUPS[0].candidates]
    with torch.inference_mode():
        pairs = [(GROUPS[0].question, text) for text in texts]
        expected, _ = loop.run(network.eval(), loop.encodings(network, pairs, 192))
    found = OnnxReader(tmp_path / "graph").logits(GROUPS[0].question, texts)
    assert np.allclose(found, expected.numpy(), atol=1e-4)
