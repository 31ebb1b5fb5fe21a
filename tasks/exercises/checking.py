"""`check`: what the reader of a notebook calls."""

import warnings
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tasks.exercises.exercise import Exercise, UnansweredError


def check(name: str, answer: Any) -> None:
    """Print whether the answer to an exercise is right, or a hint that doesn't give the answer away.

    No answer raises an error. The dots `...`, which stand in the notebooks where an answer belongs, are asked to be replaced.

    Args:
        name: the exercise, such as "1.2": notebook 1, exercise 2.
        answer: a number, a Value, a sequence or a function, as the exercise says.

    >>> check("1.1", ...)
    Exercise 1.1: put your answer in place of the dots, and run the cell again.
    """
    print(_verdict(name, answer))


def exercises() -> dict[str, Exercise]:
    """Return all exercises by their names, in the order of the notebooks.

    >>> list(exercises())[:2]
    ['1.1', '1.2']
    """
    package = import_module("tasks.exercises")
    modules = [import_module(f"tasks.exercises.{module.name}") for module in iter_modules(package.__path__)]
    found = [exercise for module in modules for exercise in getattr(module, "EXERCISES", ())]
    return {exercise.name: exercise for exercise in sorted(found, key=lambda one: tuple(map(int, one.name.split("."))))}


def _verdict(name: str, answer: Any) -> str:
    known = exercises()
    exercise = known.get(name) if isinstance(name, str) else None
    if exercise is None:
        return f"There is no exercise {name!r}; there are {', '.join(known)}."
    try:
        if _has_dots(answer):
            raise UnansweredError
        with warnings.catch_warnings():
            # What NumPy says about an answer isn't about the exercise.
            warnings.simplefilter("ignore")
            hint = exercise.judge(answer)
    except UnansweredError:
        return f"Exercise {name}: put your answer in place of the dots, and run the cell again."
    # A function that is an answer may even end the program.
    except (Exception, SystemExit) as error:
        hint = f"your answer could not be tried out: {type(error).__name__}{_said_by(error)}."
    if hint is None:
        return f"Exercise {name}: right. {exercise.explanation}".rstrip()
    return f"Exercise {name}: not yet. {hint[:1].upper()}{hint[1:]}"


def _has_dots(answer: Any) -> bool:
    if isinstance(answer, Mapping):
        return _has_dots(list(answer.values()))
    return answer is ... or (isinstance(answer, list | tuple) and any(part is ... for part in answer))


def _said_by(error: BaseException) -> str:
    try:
        text = str(error).rstrip(".")
    except Exception:
        return ""
    return f": {text}" if text else ""
