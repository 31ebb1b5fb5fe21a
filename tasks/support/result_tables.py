"""Computing a table row by row: what is kept is not computed again, and the table is saved after each row."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from shutil import rmtree

from tasks.support.errors import UserError
from tasks.support.kept_rows import KeptRows
from tasks.support.options import counted
from tasks.support.pictures import COLOURS, LINE_STYLES, legend_name, make_folder, picture, written
from tasks.support.provenance import commit
from tasks.support.results import Goal, Outcome, Row, format_csv, format_duration, format_markdown, format_text


@dataclass(frozen=True)
class Experiment:
    """A row that can be computed.

    Attributes:
        name: Letters, digits and hyphens: the row's name in files.
        goal: What is to be reached.
        minutes: About how long it takes on two cores.
        mark: The fingerprint of its settings and data: what is kept with another one is computed again.
        run: Computes the row. It is given a folder of its own, which exists, for checkpoints; what is there when the row is
            computed after an interruption is what was left there. The folder is removed when the row is done.
    """

    name: str
    goal: Goal
    minutes: float
    mark: str
    run: Callable[[Path], Outcome]


def compute_table(task: str, experiments: Sequence[Experiment], out: Path) -> list[Row]:
    """Computes the rows that aren't kept in `out`, prints the table and saves it as Markdown, CSV and pictures of losses.

    How long it takes is said first and, with the time left, before each row.

    Args:
        task: The task's name: the files are called `table-<task>…`.
        experiments: The rows, with different names.
        out: The folder of results.

    Raises:
        UserError: A file of results can't be read or written.
    """
    make_folder(out)
    stem = out / f"table-{task}"
    kept = KeptRows(stem.with_name(f"{stem.name}-rows.json"))
    found = {one.name: outcome for one in experiments if (outcome := kept.find(one.name, one.mark)) is not None}
    missing = [one for one in experiments if one.name not in found]
    print(_announcement(task, experiments, missing, kept.path), flush=True)
    rows: list[Row] = []
    pace = _Pace(missing)
    for number, one in enumerate(experiments, start=1):
        place = f"[{number}/{len(experiments)}] {one.goal.title}"
        if one.name in found:
            row = Row(one.goal, found[one.name], kept.commit_of(one.name, one.mark))
            print(f"{place}: kept from an earlier run (commit {row.commit}), not computed again", flush=True)
        else:
            print(f"{place}: about {pace.of(one)}; {pace.left()} left in all", flush=True)
            row = _computed(one, stem)
            pace.done(one, row.outcome.seconds)
        # Also one that was kept, since its texts may be other ones now.
        kept.keep(one.name, one.mark, row)
        goal = "" if row.goal.target is None else f", to reach {row.goal.to_reach}: {row.verdict}"
        print(f"    {row.goal.measure} {row.figure}{goal}", flush=True)
        rows.append(row)
        _save(stem, rows)
    kept.arrange([one.name for one in experiments])
    print(f"\n{format_text(rows)}\n")
    for path in (*_save(stem, rows), *_draw(stem, experiments, rows)):
        print(f"saved: {path}")
    return rows


def _announcement(task: str, experiments: Sequence[Experiment], missing: Sequence[Experiment], path: Path) -> str:
    minutes = sum(one.minutes for one in missing)
    said = f"table of {task}: {counted(len(experiments), 'row')}"
    if len(missing) < len(experiments):
        kept = len(experiments) - len(missing)
        said += f", of which {kept} {'is' if kept == 1 else 'are'} kept in {path} with the same settings and data"
    if not missing:
        return f"{said}; nothing is computed"
    return (
        f"{said}; about {format_duration(60 * minutes)} on two cores. Ctrl-C stops it, and the same command goes on with the row "
        "at which it stopped"
    )


class _Pace:
    """How long the rows take here, by what those that are done have taken."""

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._waiting = list(experiments)
        self._expected = self._taken = 0.0

    def _seconds(self, minutes: float) -> str:
        ratio = self._taken / self._expected if self._expected else 1.0
        return format_duration(60 * minutes * ratio)

    def of(self, experiment: Experiment) -> str:
        return self._seconds(experiment.minutes)

    def left(self) -> str:
        return self._seconds(sum(one.minutes for one in self._waiting))

    def done(self, experiment: Experiment, seconds: float) -> None:
        self._waiting.remove(experiment)
        self._expected += 60 * experiment.minutes
        self._taken += seconds


def _computed(experiment: Experiment, stem: Path) -> Row:
    # With the fingerprint in its name, so that what other settings have left is not gone on with.
    folder = make_folder(stem.with_name(f"{stem.name}-{experiment.name}-{experiment.mark}"))
    name, seconds = commit(), _Seconds(folder / "seconds.txt")
    with seconds:
        outcome = experiment.run(folder)
    rmtree(folder, ignore_errors=True)
    return Row(experiment.goal, outcome if outcome.seconds else replace(outcome, seconds=seconds.total), name)


class _Seconds:
    """Measures a `with` block by the clock; what an interrupted one has taken is kept in a file, and added the next time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.total = 0.0

    def __enter__(self) -> None:
        with suppress(OSError, ValueError):
            self.total = float(self._path.read_text(encoding="ascii"))
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.total += time.perf_counter() - self._start
        with suppress(OSError):
            self._path.write_text(f"{self.total:.1f}", encoding="ascii")


def _save(stem: Path, rows: Sequence[Row]) -> list[Path]:
    paths = []
    for ending, text in ((".md", format_markdown(rows) + "\n"), (".csv", format_csv(rows))):
        path = stem.with_name(stem.name + ending)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(f"cannot write {path}: {error.strerror or error}") from None
        paths.append(path)
        if path not in written:
            written.append(path)
    return paths


def _draw(stem: Path, experiments: Sequence[Experiment], rows: Sequence[Row]) -> list[Path]:
    """Saves a picture of the losses of each row that has some."""
    from matplotlib.ticker import MaxNLocator

    paths = []
    for one, row in zip(experiments, rows, strict=True):
        if not row.outcome.curves:
            continue
        path = stem.with_name(f"{stem.name}-{one.name}.png")
        with picture(path, width=6.4, height=3.6, title=one.goal.title) as (_, [panel]):
            for (name, losses), colour, style in zip(row.outcome.curves, cycle(COLOURS), cycle(LINE_STYLES), strict=False):
                marker = "o" if len(losses) < 30 else ""
                panel.plot(
                    range(1, len(losses) + 1), losses, color=colour, linestyle=style, marker=marker, label=legend_name(name)
                )
            panel.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            panel.set_xlabel("epoch")
            panel.set_ylabel("loss: cross-entropy in nats")
            panel.legend()
        paths.append(path)
    return paths
