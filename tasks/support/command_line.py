"""The command line `python -m tasks [NAME] [--out DIR] [--seed N] [options of the task]`.

It reads the options, runs one task or all of them, and ends with an exit status: 0 when all went well, 2 and one sentence for a
mistake that the user can correct, 130 for Ctrl-C, and 141 without a message when the reader of the output has gone (`| head`).
"""

import argparse
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn, Protocol, cast

from autograd import command_lines
from tasks.support.options import did_you_mean, folder, shorten, whole_number
from tasks.support.pictures import make_folder, written

PROGRAM = "chalkgrad" if Path(sys.argv[0]).stem == "chalkgrad" else "python -m tasks"

# Name on the command line: the task's module, and what it shows. They run in this order.
TASKS = {
    "units": ("tasks.units", "single units and small networks: the textbook's worked numbers, by the engine"),
    "gates": ("tasks.boolean.gates", "perceptrons learn AND and OR; a proof that none computes XOR"),
    "xor": ("tasks.boolean.xor", "two layers compute XOR: the weights built by hand, and learned"),
    "sentiment": ("tasks.sentiment.task", "is a review positive? six features, and embeddings"),
    "language-model": ("tasks.language_model.task", "the next word: a feedforward network against n-grams"),
}


class Task(Protocol):
    """What a task's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the task's own options; `--out` and `--seed` are there already."""

    def run(self, arguments: argparse.Namespace) -> None:
        """Runs the task: prints tables, and saves pictures in the folder `arguments.out`, a `Path` that exists."""


class TaskParser(command_lines.Parser):
    """A parser that suggests a known name which is close to the one that was typed.

    `of_task` holds the parser of each task.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.of_task: dict[str | None, TaskParser] = {}

    def error(self, message: str) -> NoReturn:
        """Raises the complaint as a `ValueError` that points to `--help`."""
        choice = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
        super().error(message + (did_you_mean(choice[1], re.findall(r"[\w-]+", choice[2])) if choice else ""))

    def refuse(self, word: str) -> NoReturn:
        """Raises a complaint about a word that is not an option here."""
        options = re.findall(r"--[\w-]+", self.format_help())
        self.error(f"there is no option {shorten(word)}{did_you_mean(word.partition('=')[0], options)}")

    def refuse_early_options(self, words: Sequence[str]) -> None:
        """Raises a complaint about an option that stands before the task's name, where its value would be taken for the name."""
        for word in takewhile(lambda word: word not in self.of_task, words):
            option = word.partition("=")[0]
            if not option.startswith("--") or option == "--" or option in self._option_string_actions:
                continue
            owners = [str(name) for name, task in self.of_task.items() if option in task._option_string_actions]
            if owners:
                self.error(f"{option} belongs to {', '.join(owners)}: the options of a task come after its name")
            self.refuse(word)


def load_task(name: str) -> Task:
    """Returns the module of a task in `TASKS`."""
    return cast(Task, import_module(TASKS[name][0]))


def build_parser() -> TaskParser:
    """Returns the parser for all tasks.

    >>> arguments = build_parser().parse_args(["units", "--out", "pictures"])
    >>> arguments.task, arguments.out.name, arguments.seed
    ('units', 'pictures', 0)
    """
    parser = TaskParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [-h] [--out DIR] [--seed N] [NAME [options of the task]]",
        allow_abbrev=False,
        description="Runs the textbook's examples, which print short tables and save pictures. Without a NAME, runs them all.",
        epilog=f"{PROGRAM} NAME --help lists the options of one task.",
    )
    add_common_arguments(parser)
    parser.set_defaults(out=Path("out"), seed=0)
    names = parser.add_subparsers(dest="task", metavar="NAME", title="tasks", prog=PROGRAM)
    for name, (_, summary) in TASKS.items():
        task = load_task(name)
        one = parser.of_task[name] = names.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        add_common_arguments(one)
        task.add_arguments(one)
    return parser


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options that every task has."""
    # No defaults here: those of the main parser hold, so that both may stand before the name or after it.
    unset = argparse.SUPPRESS
    parser.add_argument("--out", type=folder, metavar="DIR", default=unset, help="folder for results (default: out)")
    parser.add_argument("--seed", type=whole_number, metavar="N", default=unset, help="seed of the random numbers (default: 0)")


def run_tasks(argv: Sequence[str] | None = None) -> None:
    """Runs the task that the options name, or all of them.

    Raises:
        UserError: An option is wrong, or nothing can be written into the folder of `--out`.
    """
    parser = build_parser()
    parser.refuse_early_options(sys.argv[1:] if argv is None else argv)
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        (parser.of_task.get(arguments.task) or parser).refuse(unknown[0])
    make_folder(arguments.out)
    if arguments.task is not None:
        run_task(arguments.task, arguments)
        return
    for place, (name, (_, summary)) in enumerate(TASKS.items()):
        heading = f"{name}: {summary}"
        print("\n" * 2 * bool(place) + f"{heading}\n{'=' * len(heading)}\n", flush=True)
        run_task(name, parser.parse_args([name, f"--out={arguments.out}", f"--seed={arguments.seed}"]))


def run_task(name: str, arguments: argparse.Namespace) -> None:
    """Runs one task.

    Raises:
        KeyboardInterrupt: The task was stopped by Ctrl-C; the message says what is lost by that, and what was written.
    """
    before = len(written)
    try:
        load_task(name).run(arguments)
    except KeyboardInterrupt:
        saved = ", ".join(map(str, written[before:]))
        kept = f"its pictures so far are written: {saved}" if saved else "none of its pictures was written"
        raise KeyboardInterrupt(f"Stopped by Ctrl-C in the task {name}: what it was learning is lost; {kept}.") from None


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status.

    Args:
        argv: The words after `python -m tasks`; without it, those the program was started with.

    Raises:
        SystemExit: With status 0, after `--help`.
    """
    return command_lines.status_of(lambda: run_tasks(argv))
