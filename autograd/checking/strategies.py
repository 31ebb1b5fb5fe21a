"""Strategies for hypothesis: random expressions over the table's primitives and points in their domains.

A failing example shrinks to the one operation at fault, on one input:

    from autograd.checking import gradcheck
    from autograd.checking.strategies import expressions

    @given(expressions())
    def test_gradients(expression):
        assert gradcheck(expression, *expression.point)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from autograd.checking.random_expressions import PRIMITIVES, Growing, RandomExpression


def points(size: int) -> st.SearchStrategy[list[float]]:
    """Points with a given number of inputs between -2 and 2, none of them 0."""
    number = st.integers(-2000, 2000).filter(bool).map(lambda thousandths: thousandths / 1000.0)
    return st.lists(number, min_size=size, max_size=size)


def expressions(
    *, max_nodes: int = 20, max_inputs: int = 4, primitives: Sequence[str] = PRIMITIVES, kinks: bool = False
) -> st.SearchStrategy[RandomExpression]:
    """Random expressions of at least one operation, with a point in their domain.

    Args:
        max_nodes: the largest number of operations.
        max_inputs: the largest number of inputs.
        primitives: the names of the primitives to use.
        kinks: also near kinks and ties, where slopes on both sides differ.

    Raises:
        ValueError: a name is not that of a primitive.
    """
    unknown = [name for name in primitives if name not in PRIMITIVES]
    if unknown:
        raise ValueError(f"no primitive is called {unknown[0]!r}; there are {', '.join(PRIMITIVES)}")
    return _expressions(max_nodes, max_inputs, tuple(primitives), kinks)


@st.composite
def _expressions(draw: st.DrawFn, max_nodes: int, max_inputs: int, primitives: Sequence[str], kinks: bool) -> RandomExpression:
    growing = Growing(draw(points(draw(st.integers(1, max_inputs)))), primitives, kinks=kinks)
    # A list of steps, each complete in itself: to shrink an example is to leave steps out.
    step = st.tuples(st.sampled_from(sorted(primitives)), st.lists(st.integers(0, 9), max_size=12))
    for name, choices in draw(st.lists(step, min_size=1, max_size=max_nodes)):
        growing.try_step(_chooser(choices), name)
    if not growing.steps:
        growing.try_step(_chooser([]), "square")
    return growing.finished()


def _chooser(choices: Sequence[int]) -> Callable[[int], int]:
    """Numbers that were drawn, one after the other, and 0 when there are no more."""
    left = iter(choices)
    return lambda below: next(left, 0) % below
