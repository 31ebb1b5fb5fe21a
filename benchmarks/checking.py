"""Checkers of derivatives side by side, on functions that are hard to check: what they accept, what they let pass.

Every function (benchmarks/checking_battery.py) is checked with its right derivative, and with five errors planted into the
derivative for its first input, by this project and by PyTorch, JAX, HIPS autograd and SciPy, each at its defaults and in a
process of its own.

    make bench

sets up the peers (benchmarks/requirements.txt) and runs this file. Options: `--only NAME…`, `--list` for what each checker
said of each function, `--python NAME=PATH` for a peer in another environment.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from checking_battery import CASES, KINK, PLANTED, Case, exact_derivatives
from checking_peers import ACCEPTED, CHECKERS

from autograd.text_tables import text_table

LIMIT_IN_SECONDS = 600
OURS = tuple(name for name in CHECKERS if name.startswith("chalkgrad"))
TITLES = {
    "chalkgrad": "Chalkgrad, wrong rule",
    "chalkgrad-given": "Chalkgrad, gradient given",
    "chalkgrad-floats": "Chalkgrad, floats only",
    "torch": "PyTorch",
    "jax": "JAX",
    "hips": "HIPS autograd",
    "scipy": "SciPy",
}


# ------------------------------------------------------------------------------------------- in a process of its own


def work(name: str) -> None:
    """Read cases' exact derivatives, one list a line, and write what a checker says, one case a line."""
    if name in OURS:
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    warnings.simplefilter("ignore")
    try:
        checker = CHECKERS[name]()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    for case, line in zip(CASES, sys.stdin, strict=True):
        exact = json.loads(line)
        if case.kind == KINK:
            exact = checker.derivatives(case, [0.0] * len(case.point))
        derivatives = checker.derivatives(case, exact)
        checker.judge(case, exact, 1.0)  # the first run loads and compiles
        start = time.perf_counter()
        right, _ = checker.judge(case, exact, 1.0)
        seconds = time.perf_counter() - start
        planted = {error: checker.judge(case, exact, factor) for error, factor in PLANTED.items() if case.kind != KINK}
        answer = {"derivatives": derivatives, "right": right, "planted": planted, "seconds": seconds}
        print(json.dumps(answer), flush=True)


# ----------------------------------------------------------------------------------------------------- the comparison


def ask(name: str, python: str, exact: list[list[float]]) -> list[dict[str, Any]] | str:
    """What a checker says of each case; a sentence if it can't be asked."""
    lines = "".join(json.dumps(derivatives) + "\n" for derivatives in exact)
    command = [python, str(Path(__file__).resolve()), "--worker", name]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=LIMIT_IN_SECONDS, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if answers and "missing" in answers[0]:
        return str(answers[0]["missing"])
    if done.returncode != 0 or len(answers) != len(CASES):
        return f"stopped after {len(answers)} functions: {done.stderr.strip().splitlines()[-1:]}"
    return answers


def wrong_derivatives(answers: list[dict[str, Any]], exact: list[list[float]]) -> list[str]:
    """The cases for which an engine's own derivatives are not right to begin with."""
    return [
        case.name
        for case, answer, derivatives in zip(CASES, answers, exact, strict=True)
        if case.kind != KINK
        and not all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(answer["derivatives"], derivatives, strict=True))
    ]


def row_of(answers: list[dict[str, Any]]) -> list[str]:
    """A checker's counts: what it accepts, what it rejects, and what it calls a kink."""
    pairs = list(zip(CASES, answers, strict=True))
    smooth = [answer for case, answer in pairs if case.kind != KINK]
    kinks = [answer for case, answer in pairs if case.kind == KINK]
    accepted = sum(answer["right"] == ACCEPTED for answer in smooth)
    undecided = sum(answer["right"] == "inconclusive" for answer in smooth)
    rejected = [sum(answer["planted"][error][0].startswith("wrong") for answer in smooth) for error in PLANTED]
    all_planted = [all(says.startswith("wrong") for says, _ in answer["planted"].values()) for answer in smooth]
    told_apart = sum(answer["right"] == ACCEPTED and found for answer, found in zip(smooth, all_planted, strict=True))
    return [
        f"{accepted}" + (f" (+{undecided} ?)" if undecided else ""),
        *map(str, rejected),
        str(told_apart),
        str(sum(answer["right"] == "kink" for answer in kinks)),
        f"{1e3 * statistics.median(answer['seconds'] for answer in answers):.1f}",
    ]


def broken_promises(answers: dict[str, list[dict[str, Any]]]) -> list[str]:
    """What this project's own checks got wrong."""
    problems = []
    for name in OURS:
        for case, answer in zip(CASES, answers.get(name, []), strict=False):
            problems += [f"{TITLES[name]}: {case.name}: {problem}" for problem in _problems(name, case, answer)]
    return problems


def _problems(name: str, case: Case, answer: dict[str, Any]) -> list[str]:
    # From floats alone not everything can be told; what must never happen is a wrong answer.
    allowed = ("inconclusive",) if name == "chalkgrad-floats" else ()
    expected = "kink" if case.kind == KINK else ACCEPTED
    found = [] if answer["right"] in (expected, *allowed) else [f"the right derivative is called {answer['right']}"]
    for error, (says, blamed) in answer["planted"].items():
        if not says.startswith("wrong") and says not in allowed:
            found.append(f"{error} is called {says}")
        if blamed not in ("", "total"):
            found.append(f"{error} is blamed on {blamed}")
        if name == "chalkgrad" and blamed == "":
            found.append(f"{error} is blamed on nothing")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", choices=CHECKERS, default=list(CHECKERS), metavar="NAME")
    parser.add_argument("--python", nargs="+", action="extend", default=[], metavar="NAME=PATH", help="the interpreter of a peer")
    parser.add_argument("--list", action="store_true", help="show what each checker says of each function")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.worker)
        return 0
    pythons = dict(entry.split("=", 1) for entry in arguments.python)
    exact = [exact_derivatives(case) for case in CASES]
    n_smooth = sum(case.kind != KINK for case in CASES)
    print(f"{n_smooth} functions, and {len(CASES) - n_smooth} on a kink\n")
    answers: dict[str, list[dict[str, Any]]] = {}
    for name in arguments.only:
        said = ask(name, pythons.get(name, sys.executable), exact)
        if isinstance(said, str):
            print(f"{TITLES[name]}: {said}")
            continue
        answers[name] = said
        for case_name in wrong_derivatives(said, exact):
            print(f"{TITLES[name]}: the engine's own derivative is wrong for: {case_name}")
    headings = ["", "right: accepted", *(f"{error}: rejected" for error in PLANTED), "all six", "kinks named", "ms a check"]
    rows = [headings, *([TITLES[name], *row_of(said)] for name, said in answers.items())]
    print(text_table(rows, right=[False, *[True] * (len(headings) - 1)]))
    if "chalkgrad" in answers:
        blamed = [operation for answer in answers["chalkgrad"] for _, operation in answer["planted"].values()]
        print(f"\nthe broken rule is blamed, and no other, for {blamed.count('total')} of {len(blamed)} planted errors")
    print("?: inconclusive. SciPy's number is called small below 1e-6. Points on a kink count in their own column only.")
    if arguments.list:
        _print_answers(answers)
    problems = broken_promises(answers)
    if "chalkgrad" in answers:
        print_speed()
    print("\n" + "\n".join(problems) if problems else "\nwhat Chalkgrad promises holds")
    return 1 if problems else 0


def print_speed() -> None:
    """Print what random graphs of about 50 operations cost, and a whole network on an example, and count false alarms."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from autograd.checking import gradcheck
    from autograd.checking.random_expressions import random_expression
    from nn import MLP, cross_entropy_from_logits

    times, alarms = [], 0
    for seed in range(500):
        expression = random_expression(seed)
        start = time.perf_counter()
        alarms += not gradcheck(expression, *expression.point)
        times.append(1e3 * (time.perf_counter() - start))
    middle, most = statistics.median(times), sorted(times)[449]
    taken = f"{middle:.1f} ms in the middle, 90 % under {most:.1f} ms"
    print(f"\n500 random graphs of about 50 operations: {alarms} false alarms; {taken}")
    for width in (10, 100, 1000):
        network = MLP(64, [width, width, 10])
        example = [0.01 * k for k in range(64)]
        start = time.perf_counter()
        right = gradcheck(lambda x, network=network: cross_entropy_from_logits(network(x), 3), example, parameters=network)
        seconds = time.perf_counter() - start
        said = "right" if right else "NOT right"
        print(f"a network of {len(network.parameters()):,} parameters on one example: {seconds:.1f} s, {said}")


def _print_answers(answers: dict[str, list[dict[str, Any]]]) -> None:
    print("\nwhat is said of the right derivative; and which planted errors pass for right")
    for number, case in enumerate(CASES):
        print(f"\n{case.kind}: {case.name} at {', '.join(map(repr, case.point))}")
        for name, said in answers.items():
            passed = [error for error, (says, _) in said[number]["planted"].items() if not says.startswith("wrong")]
            print(f"  {TITLES[name]:28} {said[number]['right']:22} {', '.join(passed)}")


if __name__ == "__main__":
    sys.exit(main())
