"""The exercises of the notebooks: `check("1.2", answer)` says whether an answer is right, or gives a hint.

Each notebook has a file here of the same name, with a tuple ``EXERCISES``.
"""

from tasks.exercises.checking import check

__all__ = ["check"]
