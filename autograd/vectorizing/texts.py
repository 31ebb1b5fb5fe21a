"""Views of arrays as expressions, for both ways of writing a program."""

from __future__ import annotations

from autograd.vectorizing.array_graph import Array, Shape
from autograd.vectorizing.views import View


def view_text(name: str, view: View, shape: Shape, batched: bool, *, writable: bool = True) -> str:
    """A view of an array as an expression.

    Args:
        writable: a single element is an array without axes, which shows later changes and can be written to, and no number.
    """
    text = name
    if view.reshaped is not None:
        lengths = ([] if not batched else ["m"]) + [str(length) for length in view.reshaped]
        text += f".reshape({', '.join(lengths) if lengths else '()'})"
    if view.slices is not None:
        shown = [":" if s is None else f"{s[0]}:{s[1]}" if isinstance(s, tuple) else str(s) for s in view.slices]
        single = not batched and all(isinstance(s, int) for s in view.slices)
        text += f"[{', '.join(([':'] if batched else []) + shown + (['...'] if single and writable else []))}]"
    if view.order is not None:
        if view.order == (1, 0) and not batched:
            text += ".T"
        else:
            order = (0, *(axis + 1 for axis in view.order)) if batched else view.order
            text += f".transpose({', '.join(map(str, order))})"
    if view.repeated:
        rank = len(view.shape)
        axes = ["None" if axis in view.repeated else ":" for axis in range(rank)]
        if not batched and view.core_shape:
            while axes and axes[0] == "None":
                axes = axes[1:]
        if "None" in axes:
            text += f"[{', '.join(([':'] if batched else []) + axes)}]"
    return text


def aligned(text: str, source: Array, target: Array) -> str:
    """An operand with the axes it needs to be repeated over another array."""
    return aligned_to(text, source, target.shape, target.batched)


def aligned_to(text: str, source: Array, shape: Shape, batched: bool) -> str:
    """An operand with the axes it needs to be repeated over a shape."""
    if source.batched and len(source.shape) < len(shape):
        missing = len(shape) - len(source.shape)
        return f"{text}[{', '.join([':'] + ['None'] * missing + [':'] * len(source.shape))}]"
    return text
