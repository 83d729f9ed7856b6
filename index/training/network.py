"""The reader's network in torch, and the graph written from it, which is what answers questions."""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Encoding
from torch import nn
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging as transformers_logging

from index.model import BUNDLED, resolve_model

GRAPH, TOKENIZER, SHAPE = "model.onnx", "tokenizer.json", "shape.json"
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
OPSET = 17
SERVED_TOKENS = 128
MICRO = 24
"""Pairs that go through the network together, sorted by length, so that little is padding."""


class ReaderNetwork(nn.Module):
    """The bundled encoder over question and sentence together, to one logit: the higher, the better it answers.

    The logit is a linear reading of the mean state, plus the highest reading of any token of the sentence; that second
    reading learns from where SQuAD's answers stand. The vectors of words stay as they were, and nothing is dropped out:
    hardly a group is seen twice, so neither would be anything but time.
    """

    def __init__(self, seed: int) -> None:
        """Load the body; the heads start near zero, from `seed`."""
        super().__init__()
        torch.manual_seed(seed)
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        location = resolve_model(BUNDLED).location
        self.body = AutoModel.from_pretrained(location, attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0)
        self.body.embeddings.word_embeddings.weight.requires_grad_(False)
        self.tokenizer = AutoTokenizer.from_pretrained(location)
        self.head = nn.Linear(self.body.config.hidden_size, 1)
        self.token_head = nn.Linear(self.body.config.hidden_size, 1)
        for layer in (self.head, self.token_head):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the logit of each pair, and of each of its tokens (outside of the sentence: very low)."""
        states = self.body(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        tokens = self.token_head(states).squeeze(-1).float().masked_fill(token_type_ids * attention_mask == 0, -30.0)
        return self.head(mean).squeeze(-1).float() + tokens.max(1).values, tokens


class Graph(nn.Module):
    """What is exported: the logit alone."""

    def __init__(self, network: ReaderNetwork) -> None:
        """Wrap a trained network."""
        super().__init__()
        self.network = network

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Give logits, shape (pairs,)."""
        logits: torch.Tensor = self.network(input_ids, attention_mask, token_type_ids)[0]
        return logits


def export(network: ReaderNetwork, folder: Path) -> None:
    """Write graph and tokenizer into `folder`; the graph gives `logits`, shape (pairs,)."""
    folder.mkdir(parents=True, exist_ok=True)
    network.eval()
    sample = network.tokenizer(["a question", "why?"], ["a sentence", "a longer sentence | its heading"],
                               padding=True, return_tensors="pt")  # fmt: skip
    axes: dict[str, dict[int, str]] = {name: {0: "pairs", 1: "tokens"} for name in INPUTS}
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of branches on shapes
        torch.onnx.export(
            Graph(network),
            tuple(sample[name] for name in INPUTS),
            str(folder / GRAPH),
            input_names=INPUTS,
            output_names=["logits"],
            dynamic_axes={**axes, "logits": {0: "pairs"}},
            opset_version=OPSET,
            dynamo=False,
        )
    network.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    shape = {"inputs": INPUTS, "tokens": SERVED_TOKENS}
    (folder / SHAPE).write_text(json.dumps(shape) + "\n", encoding="utf-8")


def save_weights(network: ReaderNetwork, path: Path) -> None:
    """Keep the weights between stages."""
    partial = path.with_name(f"{path.name}.part")
    torch.save(network.state_dict(), partial)
    partial.replace(path)


def load_weights(network: ReaderNetwork, path: Path) -> None:
    """Take weights kept by `save_weights`."""
    network.load_state_dict(torch.load(path, weights_only=True))


def encodings(network: ReaderNetwork, pairs: Sequence[tuple[str, str]], tokens: int) -> list[Encoding]:
    """Tokenise (question, text) pairs; the text is cut to make a pair fit into `tokens`."""
    questions, texts = [question for question, _ in pairs], [text for _, text in pairs]
    return list(network.tokenizer(questions, texts, truncation="only_second", max_length=tokens).encodings)


def run(network: ReaderNetwork, encodings: Sequence[Encoding]) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Run all pairs, the short ones together. Gives logits, shape (pairs,), and the readings of each pair's tokens."""
    order = sorted(range(len(encodings)), key=lambda place: len(encodings[place].ids))
    logits: list[torch.Tensor | None] = [None] * len(order)
    tokens: list[torch.Tensor | None] = [None] * len(order)
    for first in range(0, len(order), MICRO):
        places = order[first : first + MICRO]
        longest = len(encodings[places[-1]].ids)
        rows = [encodings[place] for place in places]
        scores, readings = network(
            torch.tensor([row.ids + [0] * (longest - len(row.ids)) for row in rows]),
            torch.tensor([row.attention_mask + [0] * (longest - len(row.ids)) for row in rows]),
            torch.tensor([row.type_ids + [0] * (longest - len(row.ids)) for row in rows]),
        )
        for number, place in enumerate(places):
            logits[place], tokens[place] = scores[number], readings[number]
    return torch.stack([one for one in logits if one is not None]), [one for one in tokens if one is not None]
