"""Gradients, Jacobians, Hessians and directional derivatives as functions that leave no trace on the graph.

Derivatives of any order come from evaluating the table's rules on Values: with ``create_graph=True`` a gradient is itself a
recorded Value, which can be differentiated, drawn and refreshed like any other.
"""

from autograd.derivatives.directional import directional_derivative as directional_derivative
from autograd.derivatives.gradients import grad as grad
from autograd.derivatives.gradients import gradients_by_node as gradients_by_node
from autograd.derivatives.gradients import hessian as hessian
from autograd.derivatives.gradients import jacobian as jacobian
from autograd.derivatives.gradients import value_and_grad as value_and_grad
