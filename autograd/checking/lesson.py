"""Finite differences, to learn from: how far each kind is off for each step, as a table and as a plot.

The step of a difference has to balance two errors. The truncation error shrinks with the step: as h for the forward difference,
as h² for the central one and for the complex step, as h⁴ where Richardson's extrapolation takes the h² out. The rounding error
grows as ε/h while the step shrinks, except for the complex step, which subtracts nothing. On logarithmic axes the sum of both is
a V, whose lowest point is what that kind of difference can give at best.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.checking.replay.complex_step import imaginary_part
from autograd.colours import BLUE, GREEN, PURPLE, VERMILION
from autograd.engine.habits.lost_gradients import expecting_lost_gradients
from autograd.engine.outputs import single
from autograd.engine.value import Value
from autograd.notation.numbers import format_number
from autograd.number_systems.complex_numbers import NoComplexFormError
from autograd.text_tables import html_table, text_table

if TYPE_CHECKING:
    from autograd.checking.shown_figure import ShownFigure

FORWARD, CENTRAL, COMPLEX, RICHARDSON = "forward", "central", "complex step", "Richardson"
KINDS = (FORWARD, CENTRAL, COMPLEX, RICHARDSON)
_MEANINGS = {
    FORWARD: "(f(x + h) − f(x)) ÷ h",
    CENTRAL: "(f(x + h) − f(x − h)) ÷ 2h",
    COMPLEX: "Im f(x + ih) ÷ h",
    RICHARDSON: "(4 C(h/2) − C(h)) ÷ 3, C the central difference",
}
# Told apart by their marks as well as by their colours (Okabe & Ito's, which colour-blind readers can tell apart).
_MARKS = {FORWARD: ("o", VERMILION), CENTRAL: ("s", BLUE), COMPLEX: ("^", GREEN), RICHARDSON: ("D", PURPLE)}
_TEN_STEPS = tuple(10.0**-k for k in range(1, 17))


@dataclass(frozen=True)
class FiniteDifferences:
    """Differences of a function at a point, for several kinds and steps.

    Attributes:
        x: the point.
        exact: the derivative they are compared with; nan where there is none.
        source: where that is from.
        steps: the steps, the largest first.
        differences: for each kind the difference for each step, None where the function is not defined there. A kind that the
            function can't be computed for is missing.
        note: what else there is to say.
    """

    x: float
    exact: float
    source: str
    steps: tuple[float, ...]
    differences: dict[str, tuple[float | None, ...]]
    note: str = ""

    def errors(self, kind: str) -> tuple[float | None, ...]:
        """How far each difference of a kind is off, relative to the derivative (absolute where that is 0)."""
        scale = abs(self.exact) or 1.0
        return tuple(None if d is None else abs(d - self.exact) / scale for d in self.differences[kind])

    def best(self, kind: str) -> tuple[float, float] | None:
        """The step with the smallest error of a kind, and that error; None if there is no error to compare."""
        pairs = zip(self.errors(kind), self.steps, strict=True)
        errors = [(error, step) for error, step in pairs if error is not None and math.isfinite(error)]
        if not errors:
            return None
        # Of several errors that are the same, the one for the largest step.
        error, step = min(errors, key=lambda pair: (pair[0], -pair[1]))
        return step, error

    @property
    def _is_comparable(self) -> bool:
        return math.isfinite(self.exact)

    def _rows(self) -> list[tuple[str, ...]]:
        """The headings, then errors, or the differences themselves where there is no derivative to compare them with."""
        shown = {kind: self.errors(kind) if self._is_comparable else found for kind, found in self.differences.items()}
        best = {kind: self.best(kind) for kind in self.differences}
        rows: list[tuple[str, ...]] = [("step h", *(f"{kind}  " for kind in self.differences))]
        for k, step in enumerate(self.steps):
            cells = [f"{step:.3g}"]
            for kind, numbers in shown.items():
                lowest, number = best[kind], numbers[k]
                mark = " ←" if lowest is not None and lowest[0] == step else "  "
                cells.append(("–" if number is None else f"{number:.1e}" if self._is_comparable else f"{number:.6g}") + mark)
            rows.append(tuple(cells))
        return rows

    @property
    def _what(self) -> str:
        return "difference" if not self._is_comparable else "error" if self.exact == 0.0 else "relative error"

    def _remarks(self) -> list[str]:
        derivative = "there is no derivative" if math.isnan(self.exact) else f"the derivative is {self.exact!r} ({self.source})"
        lines = [f"{self._what} at x = {format_number(self.x)} of each kind; {derivative}"]
        for kind in self.differences:
            best = self.best(kind)
            lines.append(f"{kind}: {_MEANINGS[kind]}" + ("" if best is None else f"; {self._at_best(*best)}"))
        return [*lines, self.note] if self.note else lines

    def _at_best(self, step: float, error: float) -> str:
        if error < 2.0**-52:
            return f"all digits are right for h = {step:.3g}"
        if self.exact == 0.0:
            return f"off by {error:.1e} for h = {step:.3g}"
        return f"at best {max(0.0, -math.log10(error)):.1f} digits are right, for h = {step:.3g}"

    def __str__(self) -> str:
        return "\n".join([text_table(self._rows(), right=[True] * (1 + len(self.differences))), "", *self._remarks()])

    def _repr_html_(self) -> str:
        remarks = "<br>".join(map(html.escape, self._remarks()))
        return f"<div>{html_table(self._rows(), align='right')}<p>{remarks}</p>{self.plot().picture()}</div>"

    def plot(self, path: str | Path | None = None) -> ShownFigure:
        """Draw the errors against the step on logarithmic axes: the V of truncation and rounding. A notebook shows the figure.

        Args:
            path: where to save the picture; its ending says in which format. None: it is not saved.
        """
        from autograd.checking.shown_figure import ShownFigure

        figure = ShownFigure(figsize=(7.0, 4.5), layout="constrained")
        figure.alternative = f"{self._what} against step for each kind of difference: the numbers of the table"
        axes = figure.add_subplot()
        for kind, found in self.differences.items():
            mark, colour = _MARKS[kind]
            # What is exact has no place on a logarithmic axis; less than half a unit in the last place stands for it.
            numbers = [None if e is None else max(e, 2.0**-54) for e in self.errors(kind)] if self._is_comparable else found
            pairs = [(h, number) for h, number in zip(self.steps, numbers, strict=True) if number is not None]
            axes.plot([h for h, _ in pairs], [n for _, n in pairs], marker=mark, markersize=4, color=colour, label=kind)
        axes.set_xscale("log")
        axes.invert_xaxis()
        if self._is_comparable:
            axes.set_yscale("log")
            axes.axhline(2.0**-53, color="0.6", linewidth=0.8, linestyle=":", label="half a unit in the last place")
        axes.set_xlabel("step h (smaller to the right)")
        axes.set_ylabel(self._what)
        axes.set_title(f"finite differences at x = {format_number(self.x)}")
        figure.legend(loc="outside lower center", ncols=3)
        if path is not None:
            figure.savefig(path)
        return figure


def finite_differences(
    f: Callable[[Any], Any], x: float, *, steps: Sequence[float] | None = None, exact: float | None = None
) -> FiniteDifferences:
    """Compare forward, central and Richardson differences and the complex step, for many steps.

    Args:
        f: a function of one number: of a Value, or of a float; for the complex step the latter must take complex numbers.
        x: the point.
        steps: the steps; by default sixteen powers of ten from 0.1 down, times the power of ten of x where that is far from 1.
        exact: the derivative to compare with; by default from the function's record in high precision, or by extrapolation.

    Raises:
        ValueError: a step is not a positive number.
        Whatever f raises at the point itself.

    >>> from autograd import exp
    >>> v = finite_differences(exp, 1.0)
    >>> v.best("forward")[0], v.best("central")[0]
    (1e-08, 1e-05)
    >>> v.best("complex step")[1] < 1e-15
    True
    >>> print(finite_differences(lambda x: x**3, 2.0, steps=[0.1, 0.01, 0.001]))
    step h  forward    central    complex step    Richardson
    ──────  ─────────  ─────────  ──────────────  ────────────
       0.1  5.1e-02    8.3e-04         8.3e-04       2.8e-15 ←
      0.01  5.0e-03    8.3e-06         8.3e-06       3.1e-14
     0.001  5.0e-04 ←  8.3e-08 ←       8.3e-08 ←     2.0e-13
    <BLANKLINE>
    relative error at x = 2 of each kind; the derivative is 12.0 (in 60 digits)
    forward: (f(x + h) − f(x)) ÷ h; at best 3.3 digits are right, for h = 0.001
    central: (f(x + h) − f(x − h)) ÷ 2h; at best 7.1 digits are right, for h = 0.001
    complex step: Im f(x + ih) ÷ h; at best 7.1 digits are right, for h = 0.001
    Richardson: (4 C(h/2) − C(h)) ÷ 3, C the central difference; at best 14.6 digits are right, for h = 0.1
    """
    point = float(x)
    chosen = _default_steps(point) if steps is None else tuple(sorted(map(float, steps), reverse=True))
    for step in chosen:
        if not 0.0 < step < math.inf:
            raise ValueError(f"finite_differences: a step is a positive number, not {step!r}")
    evaluate, at_complex = _ways_of_computing(f, point)
    here = evaluate(point)
    derivative, source, note = (float(exact), "given", "") if exact is not None else _derivative(f, evaluate, point)

    def central(h: float) -> float:
        return (evaluate(point + h) - evaluate(point - h)) / (2.0 * h)

    quotients: dict[str, Callable[[float], float]] = {FORWARD: lambda h: (evaluate(point + h) - here) / h, CENTRAL: central}
    if at_complex is not None:
        quotients[COMPLEX] = lambda h: at_complex(h) / h
    else:
        real_only = "the function can't be computed at complex numbers, so there is no complex step"
        note = f"{note}; {real_only}" if note else real_only
    quotients[RICHARDSON] = lambda h: (4.0 * central(h / 2.0) - central(h)) / 3.0
    differences = {kind: tuple(_finite_or_none(quotient, h) for h in chosen) for kind, quotient in quotients.items()}
    return FiniteDifferences(point, derivative, source, chosen, differences, note)


def _default_steps(x: float) -> tuple[float, ...]:
    size = 10.0 ** math.floor(math.log10(abs(x))) if x != 0.0 and math.isfinite(x) else 1.0
    return tuple(step * (1.0 if 1e-2 < size < 1e3 else size) for step in _TEN_STEPS)


def _ways_of_computing(f: Callable[[Any], Any], x: float) -> tuple[Callable[[float], float], Callable[[float], float] | None]:
    """The function on floats, and its imaginary part for a step along the imaginary axis; None if there is no such thing."""
    leaf = Value(x)
    output = _run(f, leaf)
    if isinstance(output, Value):

        def evaluate(t: float) -> float:
            # Recorded, since the function may take derivatives itself.
            return float(f(Value(t)).data)

        try:
            imaginary_part(output, leaf, _TEN_STEPS[-1])
        except NoComplexFormError:
            return evaluate, None
        except (ArithmeticError, ValueError):
            pass  # it is not defined there, which each step will find
        return evaluate, lambda h: imaginary_part(output, leaf, h)
    try:
        is_complex = hasattr(f(complex(x, 0.0)), "imag")
    except Exception:
        is_complex = False
    return lambda t: float(f(t)), (lambda h: float(f(complex(x, h)).imag)) if is_complex else None


def _run(f: Callable[[Any], Any], leaf: Value) -> Value | None:
    """What a function records; None if it takes no Values, or makes floats of them."""
    try:
        with expecting_lost_gradients():
            output = f(leaf)
    except TypeError:
        return None
    output = single(output)
    return output if isinstance(output, Value) else None


def _derivative(f: Callable[[Any], Any], evaluate: Callable[[float], float], x: float) -> tuple[float, str, str]:
    """The derivative, where it is from, and what there is to say about it."""
    from autograd.checking.derivative_check import gradcheck
    from autograd.checking.floats.differences import slopes
    from autograd.checking.messages import slopes_text
    from autograd.checking.verdicts import Verdict

    if _run(f, Value(x)) is not None:
        checked = gradcheck(f, x).inputs[0]
        if checked.verdict is Verdict.KINK:
            return math.nan, "", checked.message
        if checked.exact:
            return float(checked.exact), f"in {checked.precision or 60} digits", checked.message
    slope = slopes(evaluate, x)
    if slope.verdict == "kink":
        return math.nan, "", slopes_text(slope.left, slope.right)
    return slope.derivative, f"extrapolated, up to ±{slope.error:.0e}", slope.message


def _finite_or_none(quotient: Callable[[float], float], step: float) -> float | None:
    """A difference quotient; None where the function is not defined."""
    try:
        result = quotient(step)
    except (ArithmeticError, ValueError):
        return None
    return result if math.isfinite(result) else None
