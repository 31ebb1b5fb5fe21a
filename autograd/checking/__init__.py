"""Testing derivatives: three numbers for each input, and the operation at fault.

>>> from autograd import tanh
>>> from autograd.checking import gradcheck
>>> report = gradcheck(lambda a, b: tanh(a * b), 0.5, -1.5)
>>> bool(report), report.verdict.value
(True, 'right')

The files import one way. From the bottom up:

- what a check says: `verdicts`, `messages`, `report`; what is asked of it: `sampled_inputs`, `options`;
- `replay/`: a recorded graph computed again in other numbers, and its rules compared with its differences;
- `graph/`: the three numbers of each derivative of a recorded graph, and the verdict on them;
- `floats/`: derivatives of functions that leave Values, by differences in floats;
- `function/`: the user's function, run, recorded, and sent one of the two ways;
- `derivative_check`, the door; `lesson`, `self_test/` and the plugin for pytest call it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.checking.derivative_check import assert_gradients as assert_gradients
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
    **dict.fromkeys(("assert_gradients", "gradcheck"), "derivative_check"),
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
