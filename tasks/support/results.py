"""Results that stand beside published ones: what was to be reached, what was reached, and the tables of both."""

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.support.options import counted
from tasks.support.tables import format_table

FALLS_SHORT = "FALLS SHORT"


@dataclass(frozen=True)
class Goal:
    """What is known of a row of a table before anything is computed.

    Attributes:
        task: The name of the task on the command line.
        data: The set, as "MR".
        protocol: What is learnt from and what is judged on, as "10-fold".
        model: What is trained, in a few words.
        measure: What is measured, with its unit, as "accuracy %".
        reference: The figure beside which the row stands, as "77.3 DAN-RAND".
        source: Where that figure comes from: a paper and its table, or a measurement.
        target: The figure to reach; None for a row that is there to compare others with.
        better: Which figures are better than others.
        chosen: The hyper-parameters, and the data by which they were chosen.
        seed: The seed of all random numbers; the first one where there are several.
        digits: The decimals with which figures are shown.
    """

    task: str
    data: str
    protocol: str
    model: str
    measure: str
    reference: str
    source: str
    target: float | None
    better: Literal["higher", "lower"]
    chosen: str
    seed: int = 0
    digits: int = 2

    @property
    def title(self) -> str:
        """The row's name in messages."""
        return f"{self.data}, {self.protocol}: {self.model}"

    @property
    def to_reach(self) -> str:
        """The figure to reach, with its direction; a dash for none."""
        if self.target is None:
            return "–"
        return f"{'≥' if self.better == 'higher' else '≤'} {_trimmed(self.target)}"


@dataclass(frozen=True)
class Outcome:
    """What a row's computation has measured.

    Attributes:
        figure: The figure to compare with the goal's, in its unit.
        parts: The figures of the folds or of the seeds; empty where there is only one.
        unit: What the parts are, as "fold" or "seed".
        seconds: How long training and judging took; 0 has `compute_table` measure it.
        curves: For each curve of a loss by epoch its name and numbers.
    """

    figure: float
    parts: tuple[float, ...] = ()
    unit: str = ""
    seconds: float = 0.0
    curves: tuple[tuple[str, tuple[float, ...]], ...] = ()

    @property
    def deviation(self) -> float | None:
        """The standard deviation of the parts about their mean (with n - 1); None for fewer than two."""
        n = len(self.parts)
        if n < 2:
            return None
        mean = math.fsum(self.parts) / n
        return math.sqrt(math.fsum((part - mean) ** 2 for part in self.parts) / (n - 1))


@dataclass(frozen=True)
class Row:
    """A row of a table: a goal, its outcome, and the commit whose code has computed it.

    >>> goal = Goal("sentiment", "MR", "10-fold", "mean", "accuracy %", "77.3 DAN", "Iyyer 2015", 78.1, "higher", "epochs")
    >>> Row(goal, Outcome(78.0, (77.5, 78.5), "fold", 60.0), "abc").verdict
    'FALLS SHORT by 0.10'
    """

    goal: Goal
    outcome: Outcome
    commit: str

    @property
    def falls_short(self) -> bool:
        """Whether the figure, before it is rounded, isn't as good as the one to reach. An undefined figure isn't."""
        figure, target = self.outcome.figure, self.goal.target
        return target is not None and not (figure >= target if self.goal.better == "higher" else figure <= target)

    @property
    def verdict(self) -> str:
        """Says whether the goal is reached and, if not, by how much it falls short."""
        if self.goal.target is None:
            return "–"
        if not self.falls_short:
            return "reached"
        missing = abs(self.outcome.figure - self.goal.target)
        return f"{FALLS_SHORT} by {max(missing, 10.0**-self.goal.digits):.{self.goal.digits}f}"

    @property
    def figure(self) -> str:
        """The figure as it is shown."""
        return f"{self.outcome.figure:.{self.goal.digits}f}"

    @property
    def spread(self) -> str:
        """The standard deviation, and of how many folds or seeds."""
        deviation = self.outcome.deviation
        if deviation is None:
            return ""
        return f"{deviation:.{self.goal.digits}f} ({counted(len(self.outcome.parts), self.outcome.unit)})"


COLUMNS: dict[str, Callable[[Row], str]] = {
    "task": lambda row: row.goal.task,
    "data": lambda row: row.goal.data,
    "protocol": lambda row: row.goal.protocol,
    "model": lambda row: row.goal.model,
    "measure": lambda row: row.goal.measure,
    "published or measured": lambda row: row.goal.reference,
    "to reach": lambda row: row.goal.to_reach,
    "reached": lambda row: row.figure,
    "deviation": lambda row: row.spread,
    "verdict": lambda row: row.verdict,
    "seed": lambda row: str(row.goal.seed),
    "time": lambda row: format_duration(row.outcome.seconds),
    "settings, and how they were chosen": lambda row: row.goal.chosen,
    "source of the published figure": lambda row: row.goal.source,
    "commit": lambda row: row.commit,
}
"""The columns of the whole table, and the text of a row in each."""

# What fits a terminal; the rest stands below, row by row.
_SHORT = ("data", "protocol", "model", "measure", "published or measured", "to reach", "reached", "deviation", "verdict", "time")
_LONG = ("settings, and how they were chosen", "source of the published figure")


def format_text(rows: Sequence[Row]) -> str:
    """Returns the table for a terminal, and below it each row's settings and source, with the row's number."""
    table = format_table(
        ["", *_SHORT], [(f"{number})", *(COLUMNS[name](row) for name in _SHORT)) for number, row in enumerate(rows, start=1)]
    )
    notes = [
        f"{number}) {name}: {COLUMNS[name](row)}"
        for number, row in enumerate(rows, start=1)
        for name in _LONG
        if COLUMNS[name](row)
    ]
    return "\n".join([table, "", *notes, "", summary(rows)])


def summary(rows: Sequence[Row]) -> str:
    """Returns one sentence on how many goals are reached, and which are not."""
    short = [row for row in rows if row.falls_short]
    n_goals = sum(row.goal.target is not None for row in rows)
    said = f"{n_goals - len(short)} of {counted(n_goals, 'goal')} reached."
    return said + "".join(f"\n{row.verdict}: {row.goal.title} ({row.goal.measure} {row.figure})" for row in short)


def format_markdown(rows: Sequence[Row]) -> str:
    """Returns the table in Markdown, with all columns but the task, and the rows that fall short in bold.

    >>> goal = Goal("sentiment", "MR", "10-fold", "a|b", "accuracy %", "77.3", "a paper", 78.1, "higher", "epochs")
    >>> print(format_markdown([Row(goal, Outcome(78.0, (), "", 60.0), "abc")]).splitlines()[2][:60])
    | MR | 10-fold | a\\|b | accuracy % | 77.3 | ≥ 78.1 | **78.00
    """
    names = [name for name in COLUMNS if name != "task"]
    lines = [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
    for row in rows:
        cells = [COLUMNS[name](row).replace("|", "\\|").replace("\n", " ") for name in names]
        if row.falls_short:
            cells = [f"**{cell}**" if name in ("reached", "verdict") else cell for name, cell in zip(names, cells, strict=True)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def format_csv(rows: Sequence[Row]) -> str:
    """Returns the table as CSV: figures as numbers with all their digits, so that a program can go on with them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    numbers: dict[str, Callable[[Row], object]] = {
        "target": lambda row: row.goal.target,
        "better": lambda row: row.goal.better,
        "figure": lambda row: row.outcome.figure,
        "standard deviation": lambda row: row.outcome.deviation,
        "parts": lambda row: " ".join(map(repr, row.outcome.parts)),
        "seconds": lambda row: round(row.outcome.seconds, 1),
    }
    columns = {name: cell for name, cell in COLUMNS.items() if name not in ("to reach", "reached", "deviation", "time")}
    writer.writerow([*columns, *numbers])
    writer.writerows([*(cell(row) for cell in columns.values()), *(number(row) for number in numbers.values())] for row in rows)
    return text.getvalue()


def format_duration(seconds: float) -> str:
    """Returns a length of time in the largest unit that suits it.

    >>> format_duration(4.2), format_duration(75), format_duration(3 * 3600 + 60)
    ('4 s', '1 min 15 s', '3 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def _trimmed(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")
