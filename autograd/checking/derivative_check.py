"""`gradcheck`: the derivatives of a function at a point, each checked with three numbers; and `assert_gradients`, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.checking.function.own_derivatives import rows_of
from autograd.checking.function.recording import Function
from autograd.checking.function.routes import check_function, check_graph, undecided
from autograd.checking.graph.graph_check import GraphCheck
from autograd.checking.graph.program_check import check_program
from autograd.checking.options import Options
from autograd.checking.report import Report
from autograd.checking.sampled_inputs import Choice
from autograd.checking.verdicts import Verdict
from autograd.engine import graph
from autograd.engine.collector import collector_paused
from autograd.engine.outputs import single
from autograd.engine.value import Value
from autograd.errors import StaleGraphError


def gradcheck(
    f: Any,
    *point: Any,
    order: int = 1,
    digits: float | None = None,
    gradient: Any = None,
    jacobian: Any = None,
    parameters: Any = (),
    directions: int | Sequence[Sequence[float]] | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> Report:
    """Check the derivatives of a function at a point; there is no step size and no tolerance to guess.

    For each input there are three numbers: A, what the float64 backward pass gives; B, what the same local rules give in 60
    digits; C, the central difference of the forward pass in 60 digits, with a step of 10⁻²⁰. B and C agree unless a rule is
    wrong; where they don't at first, they are compared in up to 900 digits before anything is called wrong. A and B agree
    unless float64 loses the digits. Each node is then checked alone, which names the operation at fault.

    Args:
        f: a function of Values: of numbers, lists, tuples and dictionaries of them; it returns a Value, or several in lists,
            tuples or dictionaries. Or a recorded Value, whose leaves are the inputs. Or a compiled `Program`: the point is then
            θ, or None for the parameters as they are, and a batch. With a gradient given, any function of floats or NumPy arrays.
        point: the numbers at which to check, in the arrangement that f takes; what is no number is handed on.
        order: 2 to check the second derivatives, as the engine has them, too.
        digits: how many digits of the derivatives must be right. None: 6 of the backward pass, where float64 may lose them in
            cancellation, and 9 of a derivative of your own. For an f that computes with floats it is also how many digits the
            numbers of f itself can be trusted to have: say 3 of a solver that stops at a tolerance.
        gradient: derivatives of your own for f to be checked in the engine's place: a function of the point, or the numbers, in
            the arrangement of the point (a tuple of these for several arguments), or in one list.
        jacobian: the same for an f of several outputs: a row for each output, each arranged like a gradient.
        parameters: leaves that f uses without taking them as arguments, as a list of Values or a Module: inputs too.
        directions: how many random directions to check the derivative along, or the directions. None: none for up to 64 inputs,
            else 2.
        sample: how many inputs to check each by itself, chosen at random. None: all, up to 64 inputs; else 8.
        seed: of these choices.

    Returns:
        A `Report`, which is true when all is right.

    Raises:
        TypeError: f is of another kind, or has no number to differentiate with respect to; or an option is given that such an f
            has no use for.
        ValueError: a gradient or Jacobian is arranged otherwise; an option is out of range.
        Whatever f raises at the point itself.

    >>> from autograd import tanh
    >>> print(gradcheck(lambda a, b: a * tanh(b), 0.5, 0.0))
    derivative  backward pass  by the rules  difference  digits  verdict
    ──────────  ─────────────  ────────────  ──────────  ──────  ───────
    ∂f/∂a       0              0             0           17.0    right
    ∂f/∂b       0.5            0.5           0.5         17.0    right
    """
    # Raw numbers are tuples, and many of them make the collector look for garbage again and again; there is none.
    with collector_paused():
        return _check(f, point, Options(order, digits, gradient, jacobian, parameters, Choice(directions, sample, seed)))


def assert_gradients(f: Any, *point: Any, **options: Any) -> Report:
    """Check the derivatives of a function, and raise if one is not right.

    Args:
        f: as for `gradcheck`.
        point: as for `gradcheck`.
        options: the keyword arguments of `gradcheck`.

    Returns:
        The report, in which all is right.

    Raises:
        AssertionError: a derivative is not right. The message names the input, the numbers, and the operation at fault with its
            line.

    >>> from autograd import Value
    >>> bool(assert_gradients(lambda a, b: a * b, 2.0, 3.0))
    True
    """
    __tracebackhide__ = True  # pytest then shows the user's line, and not this one
    report = gradcheck(f, *point, **options)
    if not report:
        raise AssertionError("\n".join([*report.explanations, *report.notes]))
    return report


def _check(f: Any, point: Sequence[Any], options: Options) -> Report:
    f = single(f)
    if isinstance(f, Value):
        if point:
            raise TypeError(
                "gradcheck of a recorded Value takes no point, because its leaves are the inputs; pass a function instead"
            )
        options.refuse("a recorded Value", "jacobian", "parameters")
        return _check_value(f, options)
    if _is_program(f):
        options.refuse("a compiled Program", "gradient", "jacobian", "parameters", "order")
        return check_program(f, point, options.digits, options.choice)
    return check_function(Function(f, point, _leaves(options.parameters)), options)


def _leaves(parameters: Any) -> list[Value]:
    listed = getattr(parameters, "parameters", None)
    values: list[Any] = list(listed() if callable(listed) else parameters)
    for value in values:
        if not isinstance(value, Value) or value._first is not None:
            raise TypeError(f"gradcheck: parameters must be leaf Values, or a Module that holds them, not {value!r}")
    return values


def _is_program(f: Any) -> bool:
    return type(f).__name__ == "Program" and type(f).__module__.startswith("autograd.vectorizing")


def _check_value(output: Value, options: Options) -> Report:
    nodes = graph.order_ignoring_staleness(output)
    leaves = sorted((node for node in nodes if node._first is None and node.primitive.name == "leaf"), key=graph.tick_of)
    names = [leaf.label or f"leaf {number}" for number, leaf in enumerate(leaves, 1)]
    name = output.label or "the output"
    if not leaves:
        return Report((), output._data, (f"{name} is computed from constants only: there is nothing to differentiate",))
    try:
        graph.topological_order(output)
    except StaleGraphError as error:
        return undecided(Verdict.STALE, str(error), output._data, [name], names, [leaf._data for leaf in leaves])
    rows = None
    if options.given is not None:
        rows = rows_of(options.given, [leaf._data for leaf in leaves], 1, [], is_jacobian=False)
    check = GraphCheck([output], [name], leaves, names, options.digits)
    return check_graph(check, options, rows, output._data)
