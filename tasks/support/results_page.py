"""Writes the page of all results from the tables that `--table` has left in a folder: the end of `make tables`.

python -m tasks.support.results_page out tasks/RESULTS.md
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from autograd import command_lines
from tasks.support.errors import UserError
from tasks.support.kept_rows import KeptRows
from tasks.support.provenance import commit, machine, versions
from tasks.support.results import Row, format_markdown, summary

TITLES = {"sentiment": "Sentiment", "language-model": "The next word"}
"""The tables by the names of their tasks, in the order of the page."""

_INTRODUCTION = """\
# Results beside published ones

Written by `make tables`, from the published sets in the folder that the environment variable `CHALKGRAD_DATA` names. All
networks are written in scalars and trained by `nn.train`. Hyper-parameters were chosen on validation data and not on what
the figure is measured on; the table says how, and where it was otherwise. The deviation is the standard deviation over folds
or seeds. Times are by the clock, on a machine that may have had other work. A row that isn't as good as its goal says that it
falls short. Each row names the commit whose code has computed it.
"""


def write_page(out: Path, page: Path) -> list[Row]:
    """Writes the page and returns the rows on it.

    Raises:
        UserError: There is no table in the folder, or the page can't be written.
    """
    sections = [_INTRODUCTION]
    rows: list[Row] = []
    for task, title in TITLES.items():
        of_task = KeptRows(out / f"table-{task}-rows.json").all_rows()
        if of_task:
            rows += of_task
            sections.append(f"## {title}\n\n`python -m tasks {task} --table`\n\n{format_markdown(of_task)}\n")
    if not rows:
        raise UserError(f"there is no table in {out}; make one with: python -m tasks {next(iter(TITLES))} --table --out {out}")
    sections.insert(1, f"Commit {commit()}; {versions()}; {machine()}. {summary(rows).splitlines()[0]}\n")
    try:
        page.write_text("\n".join(sections), encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {page}: {error.strerror or error}") from None
    return rows


def run(words: Sequence[str]) -> None:
    """Writes the page whose folder of tables and path the words are.

    Raises:
        UserError: There are more or fewer words than two, or as `write_page`.
    """
    if len(words) != 2:
        raise UserError(
            f"expected the folder of the tables and the page's path, as in out tasks/RESULTS.md; got {len(words)} words"
        )
    rows = write_page(Path(words[0]), Path(words[1]))
    print(f"{words[1]}: {summary(rows)}")


if __name__ == "__main__":
    sys.exit(command_lines.status_of(lambda: run(sys.argv[1:])))
