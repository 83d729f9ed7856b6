"""Fine-tunes the bundled model as a classifier of short texts, and writes it as an ONNX graph; for training only."""

import json
import math
import random
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging as transformers_logging

from index.model import BUNDLED, resolve_model

GRAPH, TOKENIZER, SHAPE = "model.onnx", "tokenizer.json", "shape.json"
OPSET = 17
TOKENS = 160
"""Tokens of a text that are read; longer ones are judged in parts."""
BATCH = 48
BUCKET = 12 * BATCH
"""Texts that are sorted by length together, so that a batch holds little padding."""
WARM_UP = 40
"""Steps over which the learning rate rises."""
BFLOAT16 = ("avx512_bf16", "amx_bf16")
"""What a processor says that multiplies bfloat16 itself; on others it is emulated, twenty times slower than 32 bits."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyper-parameters. rates: learning rates of the body and of the head. smoothing: of the labels."""

    epochs: int = 2
    rates: tuple[float, float] = (1.5e-4, 2e-3)
    decay: float = 0.01
    dropout: float = 0.1
    smoothing: float = 0.05
    seed: int = 1


class TextClassifier(nn.Module):
    """The bundled model, mean pooling, and a linear layer to K classes."""

    def __init__(self, classes: int, dropout: float) -> None:
        """Load the body; the head starts at random."""
        super().__init__()
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        location = resolve_model(BUNDLED).location
        self.body = AutoModel.from_pretrained(location)
        self.tokenizer = AutoTokenizer.from_pretrained(location)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.body.config.hidden_size, classes)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Give logits, shape (texts, K)."""
        states = self.body(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        pooled = (states * mask).sum(1) / mask.sum(1)
        logits: torch.Tensor = self.head(self.dropout(pooled))
        return logits

    def tensors(self, texts: Sequence[str]) -> dict[str, torch.Tensor]:
        """Tokenise a batch."""
        return dict(self.tokenizer(list(texts), truncation=True, max_length=TOKENS, padding=True, return_tensors="pt"))


def tune(
    texts: Sequence[str],
    labels: Sequence[int],
    weights: Sequence[float],
    recipe: Recipe,
    progress: Callable[[int, int, float], None] = lambda *_: None,
) -> TextClassifier:
    """Train on texts and the numbers of their classes.

    weights: of the classes in the loss. progress: called with step, steps and loss.
    """
    torch.manual_seed(recipe.seed)
    model = TextClassifier(len(weights), recipe.dropout).train()
    groups = [{"params": part.parameters(), "lr": rate} for part, rate in zip(_parts(model), recipe.rates, strict=True)]
    optimiser = torch.optim.AdamW(groups, weight_decay=recipe.decay)
    steps = recipe.epochs * math.ceil(len(texts) / BATCH)
    loss_of = nn.CrossEntropyLoss(torch.tensor(weights), label_smoothing=recipe.smoothing)
    for step, batch in enumerate(_batches(texts, recipe)):
        scale = min(1.0, (step + 1) / WARM_UP) * max(0.0, 1 - step / steps)
        for group, rate in zip(optimiser.param_groups, recipe.rates, strict=True):
            group["lr"] = rate * scale
        with autocast():
            logits = model(**model.tensors([texts[place] for place in batch]))
        loss = loss_of(logits.float(), torch.tensor([labels[place] for place in batch]))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        progress(step + 1, steps, float(loss.detach()))
    return model.eval()


def autocast() -> torch.autocast:
    """Give the context of a forward pass in training: bfloat16 where the processor has it, 32 bits elsewhere."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16())


def has_bfloat16() -> bool:
    """Tell whether this processor multiplies bfloat16 itself."""
    known = torch.cpu.get_capabilities()
    return any(known.get(name, False) for name in BFLOAT16)


def export(model: TextClassifier, folder: Path) -> None:
    """Write graph and tokenizer into `folder`; the graph gives `logits`, shape (texts, K)."""
    folder.mkdir(parents=True, exist_ok=True)
    sample = model.tensors(["a short message", "a longer message about a medicine that is given in a clinic"])
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes: dict[str, dict[int, str]] = {name: {0: "batch", 1: "tokens"} for name in names}
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of branches on shapes
        torch.onnx.export(
            model,
            tuple(sample[name] for name in names),
            str(folder / GRAPH),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={**axes, "logits": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    (folder / SHAPE).write_text(json.dumps({"inputs": names, "tokens": TOKENS}) + "\n", encoding="utf-8")


def _parts(model: TextClassifier) -> tuple[nn.Module, nn.Module]:
    return model.body, model.head


def _batches(texts: Sequence[str], recipe: Recipe) -> Iterator[list[int]]:
    """Give the places of each batch: shuffled, then sorted by length within buckets."""
    chance = random.Random(recipe.seed)  # noqa: S311 - an order, no secret
    for _ in range(recipe.epochs):
        order = list(range(len(texts)))
        chance.shuffle(order)
        for first in range(0, len(order), BUCKET):
            bucket = sorted(order[first : first + BUCKET], key=lambda place: len(texts[place]))
            batches = [bucket[start : start + BATCH] for start in range(0, len(bucket), BATCH)]
            chance.shuffle(batches)
            yield from batches
