"""The command line: `python -m tasks`, or `chalkgrad` where Python would find another package called tasks, nn or autograd."""

import os
import sys
from importlib.util import find_spec
from typing import NoReturn


def run() -> NoReturn:
    """Runs the tasks and ends the process, with status 2 and one sentence where Python finds another `nn` or `autograd`."""
    try:
        _check_namesakes()
    except ImportError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    from autograd import command_lines

    def work() -> None:
        # Imported here because loading takes a while, during which Ctrl-C should work too.
        from tasks.support.command_line import run_tasks

        run_tasks()

    command_lines.leave(command_lines.status_of(work))


def _check_namesakes() -> None:
    # Another nn is not imported to find out: it may be a program of the user's that is called nn.py.
    spec = find_spec("nn")
    if spec is not None and not os.path.isfile(os.path.join(os.path.dirname(spec.origin or ""), "_namesakes.py")):
        place = spec.origin or next(iter(spec.submodule_search_locations or []), "somewhere")
        raise ImportError(
            f"the tasks need Chalkgrad's package nn, and Python finds {place} before it: rename that, work in another folder, "
            "or run the tasks with the command chalkgrad"
        )
    import nn  # noqa: F401  (it checks autograd in the same way)


if __name__ == "__main__":
    run()
