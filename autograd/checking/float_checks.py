"""Checking derivatives of functions that can't be replayed, by differences of the functions themselves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from autograd.checking.report import ALL_DIGITS, InputReport, Verdict, number_text


def check_floats(
    evaluate: Callable[[Sequence[float]], list[float]],
    numbers: Sequence[float],
    input_names: Sequence[str],
    output_names: Sequence[str],
    rows: Sequence[Sequence[float]],
    *,
    otherwise: Verdict = Verdict.WRONG_GRADIENT,
    reason: str = "",
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
    """
    from autograd.checking.floats import slopes

    reports: dict[tuple[int, int], InputReport] = {}
    for k, (x, name) in enumerate(zip(numbers, input_names, strict=True)):
        known: dict[float, list[float]] = {}
        for o, output in enumerate(output_names):
            slope = slopes(_one_variable(evaluate, numbers, k, o, known), x)
            number = rows[o][k]
            verdict, message = _judge(slope.verdict, number, slope.derivative, slope.error, otherwise)
            about = f"∂{output}/∂{name}"
            if verdict is Verdict.KINK and slope.left is not None and slope.right is not None:
                message = (
                    f"{about} does not exist: the slope is {number_text(slope.left)} towards smaller inputs and "
                    f"{number_text(slope.right)} towards larger ones"
                )
            elif verdict is otherwise and reason:
                message = reason
            elif verdict is not Verdict.RIGHT:
                message = slope.message or message or f"{about} is not what was given"
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
    return [reports[o, k] for o in range(len(output_names)) for k in range(len(input_names))]


def _one_variable(
    evaluate: Callable[[Sequence[float]], list[float]], numbers: Sequence[float], k: int, o: int, known: dict[float, list[float]]
) -> Callable[[float], float]:
    """One output as a function of one input; runs are shared among the outputs."""

    def f(t: float) -> float:
        if t not in known:
            known[t] = evaluate([*numbers[:k], t, *numbers[k + 1 :]])
        return known[t][o]

    return f


def _judge(kind: str, number: float, derivative: float, error: float, otherwise: Verdict) -> tuple[Verdict, str]:
    if kind == "kink":
        return Verdict.KINK, ""
    if kind == "non-deterministic":
        return Verdict.NON_DETERMINISTIC, ""
    if kind in ("inconclusive", "not finite"):
        # Also a poor difference can show that a derivative is far off.
        is_known = math.isfinite(derivative) and math.isfinite(error)
        far = is_known and abs(number - derivative) > 10.0 * error
        return (otherwise, "") if far and kind == "inconclusive" else (Verdict.INCONCLUSIVE, "the differences do not settle")
    allowed = error + 1e-12 * abs(derivative)
    return (Verdict.RIGHT, "") if abs(number - derivative) <= allowed else (otherwise, "")


def _digits(number: float, derivative: float) -> float:
    if number == derivative:
        return ALL_DIGITS
    size = max(abs(number), abs(derivative))
    relative = abs(number - derivative) / size if math.isfinite(size) else math.inf
    return 0.0 if not relative < 1.0 else min(ALL_DIGITS, -math.log10(relative))
