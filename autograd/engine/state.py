"""What compiled operations read: the global names of all generated functions of the engine, with their types.

The functions that `autograd.engine.compiled` writes have the names of this module for their global names. That is how a number
that several files share, such as the counter of ticks, costs the operations no more than a look-up in a dictionary. Each name
stands here, under the file that sets it. `compiled` adds the elementary functions of floats and the primitives.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from autograd.engine.graph import OFF as OFF
from autograd.engine.graph import Node
from autograd.engine.graph import contributions as contributions
from autograd.engine.graph import operands as operands
from autograd.engine.graph import quiet_pull as quiet_pull

# `autograd.engine.source_lines`, while it notes lines, puts another function in this place.
next_tick: Callable[[], int] = count(1).__next__

# `autograd.engine.assigning`. The tick of the latest assignment to any leaf: nodes younger than it can't be stale.
latest_assignment = 0

# `autograd.engine.modes`. How many pauses are on in all threads together, and whether one is on in the present thread or task.
paused = 0
is_paused: Callable[[], bool]

# `autograd.engine.scopes`. Whether any scope was ever entered, and the present one.
scoped = False
current_scope: Callable[[], Any]

# `autograd.engine.value`. The setters are those of the slots: functions in C, which `map` calls without a step of the
# interpreter in between, so that nothing can interrupt an assignment of many.
new = object.__new__
Value: type[Any]
set_data: Callable[[Node, float], None]
set_tick: Callable[[Node, int], None]
set_gradient: Callable[[Node, float], None]

# `autograd.engine.operands`. What operations call when they meet something else than Values of their domain.
as_operand: Callable[[Any], Any]
constant_or_not_implemented: Callable[[Any], Any]
sequence: Callable[[Any, str], tuple[Any, ...]]
operands_of: Callable[[tuple[Any, ...]], tuple[Any, ...]]
unequal_lengths: Callable[[str, tuple[Any, ...], tuple[Any, ...]], Exception]
recover: Callable[[Any, Any, Any, Exception], float]
check_overflow: Callable[[Any, Any, Any], None]
