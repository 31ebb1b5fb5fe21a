"""Checking derivatives of functions that can't be replayed, by differences of the functions themselves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograd.checking.floats.coarse_slopes import CoarseSlopes
from autograd.checking.floats.difference_rows import Slope
from autograd.checking.floats.differences import slopes
from autograd.checking.messages import number_text, slopes_text
from autograd.checking.verdicts import ALL_DIGITS, GIVEN_DIGITS, InputReport, Verdict

_NOISY = (
    "larger steps give another slope than small ones, as they do where a function is computed to a tolerance; "
    "say with digits= how many of its digits can be trusted"
)
_TOO_FEW = "with only {:g} digits of the function to be trusted, its differences don't decide"
_HINT = (
    "it agrees with the difference to {0} digits; if the function itself is no more precise, because of a tolerance or a grid, "
    "pass digits={0}"
)
_LARGER = "the difference is that of larger steps; small steps give {}"
_WORTH_A_HINT = 3
_TOO_CLOSE = 6.3


class _Finding(NamedTuple):
    """What a derivative comes to.

    Attributes:
        verdict: on it.
        message: what there is to say.
        derivative: what it was compared with.
        digits: how many of its digits are those of `derivative`; None where that is 0 as far as differences tell.
        is_fine: `derivative` is the slope by small steps, and not one by larger steps.
    """

    verdict: Verdict
    message: str
    derivative: float
    digits: float | None
    is_fine: bool = True


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
    reports: dict[tuple[int, int], InputReport] = {}
    chosen = range(len(numbers)) if sample is None else sample
    for k in chosen:
        x, name = numbers[k], input_names[k]
        known: dict[float, list[float]] = {}
        for o, output in enumerate(output_names):
            f = _one_variable(evaluate, numbers, k, o, known)
            slope = slopes(f, x)
            number = rows[o][k]
            judgement = _judge(slope, f, x, number, digits, otherwise)
            verdict, message = judgement.verdict, judgement.message
            about = f"∂{output}/∂{name}"
            if verdict is Verdict.KINK and slope.left is not None and slope.right is not None:
                message = f"{about} does not exist: {slopes_text(slope.left, slope.right)}"
            elif verdict is otherwise and reason:
                message = reason
            elif verdict is not Verdict.RIGHT:
                message = message or slope.message or f"{about} is not the number that was given"
            reports[o, k] = InputReport(
                output=output,
                input=name,
                at=x,
                backward=number,
                difference=judgement.derivative,
                left=slope.left if judgement.is_fine else None,
                right=slope.right if judgement.is_fine else None,
                digits=judgement.digits,
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
) -> _Finding:
    agreeing = _digits(number, slope.derivative)

    def by_small_steps(verdict: Verdict, message: str = "", digits: float | None = agreeing) -> _Finding:
        return _Finding(verdict, message, slope.derivative, digits)

    if slope.verdict == "kink":
        return by_small_steps(Verdict.KINK)
    if slope.verdict == "non-deterministic":
        return by_small_steps(Verdict.NON_DETERMINISTIC)
    is_known = math.isfinite(slope.derivative) and math.isfinite(slope.error)
    gap = abs(number - slope.derivative)
    tolerance = 10.0 ** -(GIVEN_DIGITS if digits is None else digits)
    unsettled = by_small_steps(Verdict.INCONCLUSIVE, slope.message or "the differences don't settle")
    if slope.verdict == "smooth" and gap <= slope.error + tolerance * abs(slope.derivative):
        # Of a slope that is 0 but for its error no digit is known, and none can agree.
        is_zero = gap > 0.0 and abs(slope.derivative) <= slope.error
        return by_small_steps(Verdict.RIGHT, digits=None if is_zero else agreeing)
    # Also a poor difference can show that a derivative is far off.
    is_off = slope.verdict == "smooth" or (slope.verdict == "inconclusive" and is_known and gap > 10.0 * slope.error)
    if digits is None:
        if not is_off:
            return unsettled
        if CoarseSlopes(f, x).doubt(number, slope.derivative):
            return by_small_steps(Verdict.INCONCLUSIVE, _NOISY)
        hint = _HINT.format(math.floor(agreeing)) if agreeing >= _WORTH_A_HINT and otherwise is Verdict.WRONG_GRADIENT else ""
        # A wrong derivative is seldom wrong in its seventh digit, and what is computed to a tolerance often is.
        return by_small_steps(Verdict.INCONCLUSIVE if hint and agreeing > _TOO_CLOSE else otherwise, hint)
    if slope.verdict == "not finite":
        return unsettled
    return _judge_by_larger_steps(slope, CoarseSlopes(f, x), number, digits, otherwise if is_off else None)


def _judge_by_larger_steps(
    slope: Slope, coarse: CoarseSlopes, number: float, digits: float, otherwise: Verdict | None
) -> _Finding:
    """Judge a derivative that is not the slope by small steps, of a function with the given number of trustworthy digits.

    Args:
        slope: by small steps.
        coarse: the slopes by larger ones.
        number: the derivative.
        digits: how many.
        otherwise: the verdict if it is neither slope; None if small steps don't tell.
    """
    by_small_steps = _LARGER.format(number_text(slope.derivative))
    settled = coarse.settled(digits)
    if abs(number - settled) <= 10.0**-digits * abs(settled):
        return _Finding(Verdict.RIGHT, by_small_steps, settled, _digits(number, settled), is_fine=False)
    derivative, error = coarse.trusting(digits)
    is_fine = abs(slope.derivative - derivative) <= error or not math.isfinite(error)
    differs = abs(number - derivative) > error
    verdict, message = otherwise, ""
    if verdict is None or not differs:
        verdict = Verdict.INCONCLUSIVE
        message = (slope.message if is_fine or differs else "") or _TOO_FEW.format(digits)
    if is_fine:
        return _Finding(verdict, message, slope.derivative, _digits(number, slope.derivative))
    message = f"{message}; {by_small_steps}" if message else by_small_steps
    return _Finding(verdict, message, derivative, _digits(number, derivative), is_fine=False)


def _digits(number: float, derivative: float) -> float:
    if number == derivative:
        return ALL_DIGITS
    size = max(abs(number), abs(derivative))
    relative = abs(number - derivative) / size if math.isfinite(size) else math.inf
    return 0.0 if not relative < 1.0 else min(ALL_DIGITS, -math.log10(relative))
