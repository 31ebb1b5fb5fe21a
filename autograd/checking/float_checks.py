"""Checking derivatives of functions that can't be replayed, by differences of the functions themselves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from autograd.checking.checks import GIVEN_DIGITS
from autograd.checking.coarse_slopes import CoarseSlopes
from autograd.checking.difference_rows import Slope
from autograd.checking.report import ALL_DIGITS, InputReport, Verdict, number_text

_NOISY = (
    "larger steps say something else than small ones, as for a function that is computed to a tolerance; digits= says how many "
    "digits it can be trusted to have"
)
_TOO_FEW = "a function of which {:g} digits can be trusted doesn't tell"
_HINT = (
    "it has {0} digits of the difference; if the function itself has no more, because of a tolerance or a grid, say digits={0}"
)
_WORTH_A_HINT = 3
_TOO_CLOSE = 6.3


def check_floats(
    evaluate: Callable[[Sequence[float]], list[float]],
    numbers: Sequence[float],
    input_names: Sequence[str],
    output_names: Sequence[str],
    rows: Sequence[Sequence[float]],
    *,
    otherwise: Verdict = Verdict.WRONG_GRADIENT,
    reason: str = "",
    digits: float | None = None,
    sample: Sequence[int] | None = None,
) -> list[InputReport]:
    """Compare derivatives with differences of a function of floats.

    Args:
        evaluate: the outputs at given inputs.
        numbers: the point.
        input_names: what the inputs are called.
        output_names: what the outputs are called.
        rows: the derivatives to check, a row for each output.
        otherwise: the verdict on a derivative that is not the difference.
        reason: a sentence on why that may be.
        digits: how many digits of the derivatives must be right, and can be trusted of the function; None: 9, of a function whose
            noise its differences show.
        sample: the places of the inputs to check; None for all.
    """
    from autograd.checking.floats import slopes

    reports: dict[tuple[int, int], InputReport] = {}
    chosen = range(len(numbers)) if sample is None else sample
    for k in chosen:
        x, name = numbers[k], input_names[k]
        known: dict[float, list[float]] = {}
        for o, output in enumerate(output_names):
            f = _one_variable(evaluate, numbers, k, o, known)
            slope = slopes(f, x)
            number = rows[o][k]
            verdict, message = _judge(slope, f, x, number, digits, otherwise)
            about = f"∂{output}/∂{name}"
            if verdict is Verdict.KINK and slope.left is not None and slope.right is not None:
                message = (
                    f"{about} does not exist: the slope is {number_text(slope.left)} towards smaller inputs and "
                    f"{number_text(slope.right)} towards larger ones"
                )
            elif verdict is otherwise and reason:
                message = reason
            elif verdict is not Verdict.RIGHT:
                message = message or slope.message or f"{about} is not what was given"
            reports[o, k] = InputReport(
                output=output,
                input=name,
                at=x,
                backward=number,
                difference=slope.derivative,
                left=slope.left,
                right=slope.right,
                digits=_digits(number, slope.derivative),
                verdict=verdict,
                message=message,
            )
    return [reports[o, k] for o in range(len(output_names)) for k in chosen]


def _one_variable(
    evaluate: Callable[[Sequence[float]], list[float]], numbers: Sequence[float], k: int, o: int, known: dict[float, list[float]]
) -> Callable[[float], float]:
    """One output as a function of one input; runs are shared among the outputs."""

    def f(t: float) -> float:
        if t not in known:
            known[t] = evaluate([*numbers[:k], t, *numbers[k + 1 :]])
        return known[t][o]

    return f


def _judge(
    slope: Slope, f: Callable[[float], float], x: float, number: float, digits: float | None, otherwise: Verdict
) -> tuple[Verdict, str]:
    if slope.verdict == "kink":
        return Verdict.KINK, ""
    if slope.verdict == "non-deterministic":
        return Verdict.NON_DETERMINISTIC, ""
    is_known = math.isfinite(slope.derivative) and math.isfinite(slope.error)
    gap = abs(number - slope.derivative)
    tolerance = 10.0 ** -(GIVEN_DIGITS if digits is None else digits)
    unsettled = Verdict.INCONCLUSIVE, slope.message or "the differences do not settle"
    if slope.verdict == "smooth" and gap <= slope.error + tolerance * abs(slope.derivative):
        return Verdict.RIGHT, ""
    # Also a poor difference can show that a derivative is far off.
    is_off = slope.verdict == "smooth" or (slope.verdict == "inconclusive" and is_known and gap > 10.0 * slope.error)
    if digits is None:
        if not is_off:
            return unsettled
        if CoarseSlopes(f, x).doubt(number, slope.derivative):
            return Verdict.INCONCLUSIVE, _NOISY
        agreeing = _digits(number, slope.derivative)
        hint = _HINT.format(math.floor(agreeing)) if agreeing >= _WORTH_A_HINT and otherwise is Verdict.WRONG_GRADIENT else ""
        # A wrong derivative is seldom wrong in its seventh digit, and what is computed to a tolerance often is.
        return (Verdict.INCONCLUSIVE, hint) if hint and agreeing > _TOO_CLOSE else (otherwise, hint)
    if slope.verdict == "not finite":
        return unsettled
    coarse = CoarseSlopes(f, x)
    if coarse.agree(number, tolerance):
        return Verdict.RIGHT, ""
    derivative, error = coarse.trusting(digits)
    if not is_off or not abs(number - derivative) > error:
        return unsettled if slope.message else (Verdict.INCONCLUSIVE, _TOO_FEW.format(digits))
    return otherwise, ""


def _digits(number: float, derivative: float) -> float:
    if number == derivative:
        return ALL_DIGITS
    size = max(abs(number), abs(derivative))
    relative = abs(number - derivative) / size if math.isfinite(size) else math.inf
    return 0.0 if not relative < 1.0 else min(ALL_DIGITS, -math.log10(relative))
