"""Plain text tables: what every task prints its results with."""

from collections.abc import Iterable, Sequence

from autograd.command_lines import as_shown
from autograd.text_tables import text_table


def format_cell(cell: object, *, digits: int = 4) -> str:
    """Returns the text of one cell: a float with `digits` decimals, a bool as yes or no, None as `-`, else `str(cell)`.

    >>> [format_cell(cell) for cell in (0.5, 12, True, None, "x₁")]
    ['0.5000', '12', 'yes', '-', 'x₁']
    >>> format_cell(0.8756, digits=2), format_cell(-0.00001)
    ('0.88', '0.0000')
    """
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        text = f"{cell:.{digits}f}"
        # A rounded negative zero says nothing to the reader.
        return text.lstrip("-") if float(text) == 0 else text
    return str(cell)


def format_table(header: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "", digits: int = 4) -> str:
    """Returns a table as text: an optional title, the header, a rule, and a line for each row.

    A column whose cells are all numbers (or None) is aligned to the right, every other one to the left. Characters that the
    standard output lacks are spelled in those it has, so that the columns fit what is shown.

    Args:
        header: The columns' names.
        rows: The rows, each with as many cells as the header.
        title: A line above the table.
        digits: Decimals of the floats; give a cell as a string to format it differently.

    Raises:
        ValueError: A row has more or fewer cells than the header.

    >>> print(format_table(["gate", "b"], [["AND", -1.0], ["OR", 0.0]], title="Two gates", digits=1))
    Two gates
    gate     b
    ----  ----
    AND   -1.0
    OR     0.0
    """
    kept = [tuple(row) for row in rows]
    for number, row in enumerate(kept, start=1):
        if len(row) != len(header):
            raise ValueError(f"row {number} of the table has {len(row)} cells, the header has {len(header)}: {row!r}")
    header = [as_shown(name) for name in header]
    texts = [[as_shown(format_cell(cell, digits=digits)) for cell in row] for row in kept]
    numeric = [bool(kept) and all(is_number(row[place]) for row in kept) for place in range(len(header))]
    table = text_table([header, *texts], right=numeric, rule="-")
    return f"{title}\n{table}" if title else table


def is_number(cell: object) -> bool:
    """Says whether a column with this cell may be aligned to the right.

    >>> is_number(3), is_number(None), is_number(True), is_number("3")
    (True, True, False, False)
    """
    return cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))
