"""Trains the reader's network stage by stage, with checkpoints that a stopped run goes on from."""

import logging
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Encoding
from torch import nn
from torch.nn import functional

from index.reader import pair_text
from index.training.groups import QUESTION_WORDS, SENTENCE_WORDS, Group, first_words
from index.training.network import ReaderNetwork, encodings, run
from index.tuning import autocast

TOKENS = 96
"""Tokens of a pair in training. A served pair may be longer."""
CHECKPOINT_SECONDS = 600
LOGGED = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stage:
    """Hyper-parameters of one stage.

    batch: groups a step. rate: the highest learning rate, reached after `warm_up` steps; it falls in a straight line
    to `rate * last` at the end. binary, token: weights of the two losses beside the listwise one. bare: share of the
    candidates that are shown without their context. steps: how many there are; 0 for once over all groups.
    """

    name: str
    rate: float
    last: float = 0.0
    batch: int = 24
    warm_up: int = 60
    decay: float = 0.01
    binary: float = 0.5
    token: float = 0.3
    bare: float = 0.25
    steps: int = 0
    seed: int = 5


def train_stage(network: ReaderNetwork, groups: Sequence[Group], stage: Stage, checkpoint: Path) -> None:
    """Train on the groups in a seeded order, each at most once; take up again from `checkpoint` where it exists.

    A checkpoint is written every ten minutes and removed by whoever asked for the stage once its result is kept.
    """
    torch.manual_seed(stage.seed)
    order = random.Random(stage.seed)  # noqa: S311 - an order, no secret
    shuffled = list(groups)
    order.shuffle(shuffled)
    steps = stage.steps or math.ceil(len(shuffled) / stage.batch)
    optimiser = _optimiser(network, stage)
    done, spent = _resume(checkpoint, network, optimiser)
    saved = started = time.monotonic()
    network.train()
    losses: list[float] = []
    for step in range(done, steps):
        for part in optimiser.param_groups:
            part["lr"] = _rate(stage, step, steps)
        loss = _loss(network, shuffled[step * stage.batch : (step + 1) * stage.batch], stage, step)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        losses.append(float(loss.detach()))
        minutes = (spent + time.monotonic() - started) / 60
        if (step + 1) % LOGGED == 0 or step + 1 == steps:
            log.info("%s: step %d of %d, %.1f min, loss %.4f", stage.name, step + 1, steps, minutes,
                     sum(losses[-LOGGED:]) / len(losses[-LOGGED:]))  # fmt: skip
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            saved = time.monotonic()
            _save(checkpoint, network, optimiser, step + 1, spent + saved - started)


def _loss(network: ReaderNetwork, groups: Sequence[Group], stage: Stage, step: int) -> torch.Tensor:
    """Cross-entropy over each group's candidates and "none of them", the binary one, and where the answer stands."""
    chance = random.Random(stage.seed * 1_000_003 + step)  # noqa: S311 - which contexts are left out, no secret
    pairs = [
        (
            first_words(group.question, QUESTION_WORDS),
            pair_text(
                first_words(candidate.text, SENTENCE_WORDS), "" if chance.random() < stage.bare else candidate.context
            ),
        )
        for group in groups
        for candidate in group.candidates
    ]
    encoded = encodings(network, pairs, TOKENS)
    with autocast():
        logits, tokens = run(network, encoded)
    targets = torch.zeros(len(pairs))
    listwise, pointed, at = [], [], 0
    for group in groups:
        end = at + len(group.candidates)
        scores = torch.cat([torch.zeros(1), logits[at:end]])
        listwise.append(-functional.log_softmax(scores, 0)[0 if group.right is None else group.right + 1])
        if group.right is not None:
            targets[at + group.right] = 1.0
            place = _token_of(encoded[at + group.right], group)
            if place is not None:
                row = tokens[at + group.right]
                others = [tokens[number] for number in range(at, end) if number != at + group.right]
                pointed.append(-functional.log_softmax(torch.cat([row, *others]), 0)[place])
        at = end
    loss = torch.stack(listwise).mean() + stage.binary * functional.binary_cross_entropy_with_logits(logits, targets)
    return loss + stage.token * torch.stack(pointed).mean() if pointed else loss


def _token_of(encoding: Encoding, group: Group) -> int | None:
    """Give the token at which the answer starts; None where it is unknown or was cut off."""
    if group.answer is None:
        return None
    text = group.candidates[group.right or 0].text
    cut = first_words(text, SENTENCE_WORDS)
    if not text.startswith(cut) or group.answer[0] >= len(cut):
        return None
    place = encoding.char_to_token(group.answer[0], 1)
    return None if place is None else int(place)


def _rate(stage: Stage, step: int, steps: int) -> float:
    fallen = 1 - (1 - stage.last) * step / steps
    return stage.rate * min(1.0, (step + 1) / stage.warm_up) * fallen


def _optimiser(network: ReaderNetwork, stage: Stage) -> torch.optim.AdamW:
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    matrices = [parameter for parameter in parameters if parameter.ndim > 1]
    vectors = [parameter for parameter in parameters if parameter.ndim <= 1]
    parts = [{"params": matrices, "weight_decay": stage.decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(parts, lr=stage.rate, fused=True)


def _save(path: Path, network: nn.Module, optimiser: torch.optim.Optimizer, step: int, spent: float) -> None:
    partial = path.with_name(f"{path.name}.part")
    state = {
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "chance": torch.get_rng_state(),
        "step": step,
        "spent": spent,
    }
    torch.save(state, partial)
    partial.replace(path)


def _resume(path: Path, network: nn.Module, optimiser: torch.optim.Optimizer) -> tuple[int, float]:
    """Give the steps done and the seconds spent."""
    if not path.exists():
        return 0, 0.0
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    torch.set_rng_state(state["chance"])
    return int(state["step"]), float(state["spent"])
