"""Testing derivatives: three numbers for each input, and the operation at fault.

>>> from autograd import tanh
>>> from autograd.checking import gradcheck
>>> report = gradcheck(lambda a, b: tanh(a * b), 0.5, -1.5)
>>> bool(report), report.verdict.value
(True, 'right')
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.checking.assertion import assert_gradients as assert_gradients
    from autograd.checking.derivative_check import gradcheck as gradcheck
    from autograd.checking.lesson import FiniteDifferences as FiniteDifferences
    from autograd.checking.lesson import finite_differences as finite_differences
    from autograd.checking.report import Report as Report
    from autograd.checking.verdicts import InputReport as InputReport
    from autograd.checking.verdicts import LocalDerivative as LocalDerivative
    from autograd.checking.verdicts import NodeReport as NodeReport
    from autograd.checking.verdicts import Verdict as Verdict

__all__ = [
    "FiniteDifferences",
    "InputReport",
    "LocalDerivative",
    "NodeReport",
    "Report",
    "Verdict",
    "assert_gradients",
    "finite_differences",
    "gradcheck",
]

_MODULES = {
    "assert_gradients": "assertion",
    "gradcheck": "derivative_check",
    **dict.fromkeys(("FiniteDifferences", "finite_differences"), "lesson"),
    **dict.fromkeys(("InputReport", "LocalDerivative", "NodeReport", "Verdict"), "verdicts"),
    "Report": "report",
}


def __getattr__(name: str) -> Any:
    # The plugin for pytest is in this package, and a test run that checks no derivatives shall not wait for mpmath.
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module 'autograd.checking' has no attribute {name!r}")
    return getattr(import_module(f"autograd.checking.{module}"), name)
