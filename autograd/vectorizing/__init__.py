"""Compiling a recorded graph into an array program over batches of examples."""

from typing import TYPE_CHECKING

__all__ = ["Parameters", "Program", "vectorize"]

if TYPE_CHECKING:
    from autograd.vectorizing.entry import vectorize
    from autograd.vectorizing.parameters import Parameters
    from autograd.vectorizing.program import Program
else:
    try:
        from autograd.vectorizing.entry import vectorize
        from autograd.vectorizing.parameters import Parameters
        from autograd.vectorizing.program import Program
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise
        # In a browser, say: all else works without it.
        from autograd.vectorizing.without_numpy import Program, vectorize

        __all__.remove("Parameters")
