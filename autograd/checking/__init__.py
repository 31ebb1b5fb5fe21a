"""Testing derivatives: three numbers for each input, and the operation at fault.

>>> from autograd import tanh
>>> report = gradcheck(lambda a, b: tanh(a * b), 0.5, -1.5)
>>> bool(report), report.verdict.value
(True, 'right')
"""

from autograd.checking.assertion import assert_gradients
from autograd.checking.derivative_check import gradcheck
from autograd.checking.report import InputReport, LocalDerivative, NodeReport, Report, Verdict

__all__ = ["InputReport", "LocalDerivative", "NodeReport", "Report", "Verdict", "assert_gradients", "gradcheck"]
