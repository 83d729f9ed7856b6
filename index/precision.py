"""The arithmetic that networks are trained in on this machine's processor."""

import torch

NATIVE = ("avx512_bf16", "amx_bf16")
"""What a processor says that multiplies bfloat16 itself; on others it is emulated, twenty times slower than 32 bits."""


def autocast() -> torch.autocast:
    """Give the context of a forward pass: bfloat16 where the processor has it, 32 bits elsewhere."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16())


def has_bfloat16() -> bool:
    """Tell whether this processor multiplies bfloat16 itself."""
    known = torch.cpu.get_capabilities()
    return any(known.get(name, False) for name in NATIVE)
