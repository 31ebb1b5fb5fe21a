"""Where each function that rules ask for is found in JavaScript.

Most of them are functions of `Math`. What it lacks is read from the formulas of machine code, and what Python does in a way of
its own (remainders, the first of equal operands, powers of 1) stands here in a line each. A page has those that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from autograd.number_systems.javascript.machine_formulas import BIT_FUNCTIONS, function_text
from autograd.number_systems.llvm import error_functions, roots
from autograd.number_systems.llvm.expressions import Number
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS

# Rows of the registry that aren't in `Math`, or with fewer digits than the squares of these in local derivatives need.
_FORMULAS: dict[str, Callable[..., Number]] = {"erf": error_functions.erf, "erfc": error_functions.erfc, "hypot": roots.hypot}
# JavaScript's own power of 1, or of -1, is nan where the exponent is infinite or nan.
_TEXTS = {
    "exp2": "x=>pow(2,x)",
    "power": "(a,b)=>a==1||abs(a)==1&&abs(b)==1/0?1:pow(a,b)",
    # As Python's floats have them: the remainder has the divisor's sign.
    "modulo": "(a,b)=>{const r=a%b;return r?r<0==b<0?r:r+b:r==r?b<0||1/b<0?-0:0:r}",
    "floor_divide": (
        "(a,b)=>{if(b==0)return a/b;const r=a%b,q=(a-r)/b-(r&&r<0!=b<0?1:0),f=floor(q);"
        "return q?q-f>.5?f+1:f:q==q?a/b<0||1/(a/b)<0?-0:0:q}"
    ),
    "argmax": "v=>v.reduce((k,x,j)=>x>v[k]?j:k,0)",
    "argmin": "v=>v.reduce((k,x,j)=>x<v[k]?j:k,0)",
    "tied": "v=>new Set(v).size<v.length",
    "total": "v=>v.reduce((s,x)=>s+x,-0)",
    "logsumexp": (
        "v=>{const k=argmax(v),m=v[k];if(abs(m)==1/0)return v.some(x=>x!=x)?NaN:m;"
        "return v[1]===undefined?m:m+log1p(total(v.filter((x,j)=>j!=k).map(x=>exp(x-m))))}"
    ),
    "softmax": ("v=>{const m=v[argmax(v)],s=v.map(x=>abs(m)==1/0?+(x==m):exp(x-m)),t=total(s);return s.map(x=>x/t)}"),
    # The operand that a selection takes, if there is one.
    "at": "(v,k)=>v[k]??fail(`there is no operand ${k} of ${v.length}; they count from 0`)",
}
_CALLED = {
    "exp2": {"pow"}, "power": {"abs", "pow"}, "floor_divide": {"floor"},
    "logsumexp": {"abs", "argmax", "exp", "log1p", "total"}, "softmax": {"abs", "argmax", "exp", "total"},
}  # fmt: skip


@cache
def _written(name: str) -> tuple[str, frozenset[str]]:
    """The text of a function that `Math` lacks, and the names of those that it calls."""
    if name in _FORMULAS:
        text, calls = function_text(_FORMULAS[name], ELEMENTARY_FUNCTIONS[name].arity)
        return f"{name}={text}", frozenset(calls)
    return f"{name}={_TEXTS[name]}", frozenset(_CALLED.get(name, ()))


def definitions(names: Iterable[str]) -> str:
    """The constants of JavaScript that define some functions and those that they call.

    Args:
        names: rows of the registry, functions of this file, functions of `Math`, and ``"bits"`` for what takes numbers apart.

    >>> definitions(["exp2"])
    'const{pow}=Math,exp2=x=>pow(2,x);'
    """
    own: dict[str, str] = {}
    of_math: set[str] = set()

    def add(name: str) -> None:
        if name in _FORMULAS or name in _TEXTS:
            if name not in own:
                text, calls = _written(name)
                own[name] = text
                for call in sorted(calls):
                    add(call)
        elif name == "bits":
            own[name] = BIT_FUNCTIONS
        else:
            of_math.add(name)

    for name in sorted(names):
        add(name)
    texts = [f"{{{','.join(sorted(of_math))}}}=Math"] if of_math else []
    return f"const{'' if of_math else ' '}{','.join([*texts, *own.values()])};" if own or of_math else ""
