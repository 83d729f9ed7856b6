"""Networks are trained in bfloat16 only where the processor has it."""

from typing import Any

import pytest
import torch

from index.tuning import BFLOAT16, autocast, has_bfloat16


@pytest.mark.parametrize("name", BFLOAT16)
def test_a_processor_with_bfloat16_uses_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, name: True})
    assert has_bfloat16()
    assert _product().dtype is torch.bfloat16


@pytest.mark.parametrize("known", [{}, {"avx2": True, "avx512_bf16": False}])
def test_others_calculate_in_32_bits(monkeypatch: pytest.MonkeyPatch, known: dict[str, Any]) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: known)
    assert not has_bfloat16()
    assert _product().dtype is torch.float32


def test_this_processor_answers() -> None:
    assert has_bfloat16() in (True, False)
    assert set(BFLOAT16) <= set(torch.cpu.get_capabilities()) or not has_bfloat16()


def _product() -> torch.Tensor:
    with autocast():
        return torch.ones(2, 2) @ torch.ones(2, 2)
