"""`assert_gradients`: a check in one line of a test."""

from __future__ import annotations

from typing import Any

from autograd.checking.derivative_check import gradcheck
from autograd.checking.report import Report


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
