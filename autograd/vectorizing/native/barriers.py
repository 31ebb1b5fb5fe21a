"""Barriers between the memory operations of a long block, so that compiling it takes time in proportion to its length.

LLVM's schedulers compare each load and store of a block with those before it. A barrier costs nothing when the code runs: it is
no instruction, and only says that what stands before it is not to be moved behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

_BARRIER = '  fence syncscope("singlethread") seq_cst'
# Without barriers, each load or store in a block of 1,600 takes ten times as long to compile as one in a block of 100.
_MOST_TOGETHER = 100


def with_barriers(text: str) -> str:
    r"""A module with barriers at regular distances among the loads and stores of each block.

    Args:
        text: the module, in LLVM's language, with an instruction a line.

    >>> loads = [f"  %x{k} = load double, ptr %p" for k in range(120)]
    >>> lines = with_barriers("\n".join(["define void @f(ptr %p) {", *loads, "  ret void", "}"])).split("\n")
    >>> [number for number, line in enumerate(lines) if "fence" in line]
    [101]
    """
    if text.count(" = load ") + text.count("store ") < _MOST_TOGETHER:
        return text
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    together = 0
    for line in text.split("\n"):
        yield line
        if " = load " in line or line.lstrip().startswith("store "):
            together += 1
            if together == _MOST_TOGETHER:
                yield _BARRIER
                together = 0
        elif line.endswith((":", "}")):
            together = 0
