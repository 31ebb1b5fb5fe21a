"""Pictures of the tasks: one style for all, and the same bytes each time.

Nothing here needs a display or changes matplotlib's global state: a picture is drawn in a `with` block and saved at its end.
"""

import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from autograd.colours import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION
from tasks.support.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK)
"""The order in which several curves or bars of one picture take their colours; yellow is too faint on white."""

# The second cue beside the colour, in the same order, so that a picture printed in grey can still be read.
LINE_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

GREY = "#767676"

STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.labelsize": 10,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.dpi": 100,
    "figure.titlesize": 13,
    "font.family": "DejaVu Sans",  # it comes with matplotlib, so letters have the same shapes on every machine
    "font.size": 10,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.8,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "savefig.dpi": 150,
    "savefig.facecolor": "white",
    "svg.hashsalt": "chalkgrad",
    "text.parse_math": False,  # words come from texts of all kinds, and "$$" would be a formula with a mistake
}

# What else matplotlib would write into a file: its version and the time of day.
METADATA: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    ".svg": {"Creator": None, "Date": None},
}


written: list[Path] = []
"""The pictures that this process has written, in order: what remains of a task that is stopped."""


@contextmanager
def picture(
    path: str | Path,
    *,
    rows: int = 1,
    columns: int = 1,
    width: float = 3.6,
    height: float = 3.2,
    title: str = "",
    caption: str = "",
) -> Iterator[tuple["Figure", list["Axes"]]]:
    """Opens a figure in the project's style, and saves it at the end of the `with` block unless the block fails.

    The folder of `path` is made when it is missing. Draw with the axes' own methods (`axes.plot`), not with `pyplot`. Text is
    shown as it is, dollar signs included; characters that the font lacks are boxes, and a line of standard error names them.

    Args:
        path: Where to save; the ending chooses the format: `.png`, `.pdf` or `.svg`.
        rows: Rows of panels.
        columns: Columns of panels.
        width: Width of one panel, in inches.
        height: Height of one panel, in inches.
        title: A title above all panels.
        caption: A text of one or more lines below all panels, which makes the figure higher.

    Yields:
        The figure and its `rows * columns` axes in reading order.

    Raises:
        UserError: The ending is another one, or the file can't be written there.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with picture(Path(folder) / "new" / "line.png") as (figure, [axes]):
    ...         lines = axes.plot([0, 1], [0, 1], color=BLUE)
    ...     (Path(folder) / "new" / "line.png").read_bytes()[1:4]
    b'PNG'
    """
    path = Path(path)
    metadata = METADATA.get(path.suffix)
    if metadata is None:
        raise UserError(f"a picture's file must end in {', '.join(METADATA)}, not in {path.name!r}")
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with matplotlib.rc_context(), warnings.catch_warnings():
        # Said once below, and not each time that matplotlib measures the text.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        # It depends on how busy the machine is.
        warnings.filterwarnings("ignore", "Creating legend with loc=.best. can be slow", UserWarning)
        # The user's own matplotlibrc must not change what the pictures look like.
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(cast(Any, STYLE))
        # Beside and between the panels is a strip of 0.06 inches; the caption's own strip is below.
        strip = 0.17 * len(caption.split("\n")) + 0.1 if caption else 0.0
        whole = height * rows + strip
        layout = ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06, rect=(0, strip / whole, 1, 1 - strip / whole))
        figure = Figure(figsize=(width * columns, whole), layout=layout)
        if title:
            figure.suptitle(title)
        if caption:
            figure.text(0.5, 0.06 / whole, caption, ha="center", va="bottom", fontsize=9, in_layout=False)
        axes = figure.subplots(rows, columns, squeeze=False)
        yield figure, list(axes.flat)
        # Into memory first, so that neither a mistake nor Ctrl-C leaves half a picture.
        content = BytesIO()
        figure.savefig(content, format=path.suffix[1:], metadata=metadata)
        make_folder(path.parent)
        try:
            path.write_bytes(content.getvalue())
        except OSError as error:
            raise UserError(f"cannot write the picture {path}: {error.strerror or error}") from error
        written.append(path)
    lacking = lacking_characters(figure)
    if lacking:
        named = " ".join(one if one.isprintable() else f"U+{ord(one):04X}" for one in lacking)
        print(f"{path}: boxes stand for {named}, which the font lacks", file=sys.stderr)


def lacking_characters(figure: "Figure") -> list[str]:
    """Returns the characters in a figure's texts that the font of the pictures lacks, each once, in order.

    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> text = figure.text(0, 0, "naïve 日本 日")
    >>> lacking_characters(figure)
    ['日', '本']
    """
    from matplotlib.font_manager import findfont, get_font
    from matplotlib.text import Text

    known = get_font(findfont(STYLE["font.family"])).get_charmap()
    shown = "".join(text.get_text() for text in figure.findobj(Text) if isinstance(text, Text))
    return sorted({character for character in shown if ord(character) not in known and not character.isspace()})


def legend_name(name: str) -> str:
    """Returns a name for a legend, which would leave out one that begins with an underscore.

    >>> legend_name("_other"), legend_name("good")
    (' _other', 'good')
    """
    return f" {name}" if name.startswith("_") else name


def make_folder(folder: str | Path) -> Path:
    """Makes a folder for results, with those above it, unless it exists; returns its path.

    Raises:
        UserError: It can't be made, or nothing can be written into it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as above:
    ...     make_folder(Path(above) / "out" / "pictures").is_dir()
    True
    """
    import tempfile

    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Permissions alone don't tell (read-only file systems, full disks): only writing does.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UserError(f"cannot write into the folder {folder}: {error.strerror or error}") from error
    return folder


def draw_cases(
    axes: "Axes",
    points: Sequence[tuple[float, float]],
    targets: Sequence[int],
    *,
    names: tuple[str, str] = ("x₁", "x₂"),
) -> None:
    """Draws the cases of a Boolean function as the textbook's figures do: a filled circle for 1, a white one for 0.

    Args:
        axes: Where to draw.
        points: The place of each case.
        targets: 0 or 1 for each case.
        names: The two axes' labels.
    """
    for (x, y), target in zip(points, targets, strict=True):
        face = BLUE if target else "white"
        axes.plot(x, y, "o", markersize=13, color=face, markeredgecolor=BLACK, markeredgewidth=1.5, zorder=3)
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1], rotation=0, labelpad=10)
    axes.set_aspect("equal")


def shade_positive(
    axes: "Axes",
    score: Callable[[float, float], float],
    *,
    x_limits: tuple[float, float],
    y_limits: tuple[float, float],
    steps: int = 100,
) -> None:
    """Shades where a score is greater than 0 and draws the boundary, where it is 0: what a classifier decides.

    Args:
        axes: Where to draw; its limits become those given.
        score: The score at a point (x, y).
        x_limits: The left and the right end.
        y_limits: The lower and the upper end.
        steps: Into how many steps each axis is divided; the score is computed at all their corners.
    """
    xs, ys = ([low + (high - low) * step / steps for step in range(steps + 1)] for low, high in (x_limits, y_limits))
    scores = [[score(x, y) for x in xs] for y in ys]
    largest = max(map(max, scores))
    if largest > 0:
        axes.contourf(xs, ys, scores, levels=[0, largest], colors=[SKY], alpha=0.3)
        axes.contour(xs, ys, scores, levels=[0], colors=[BLUE], linewidths=[2])
    axes.set_xlim(x_limits)
    axes.set_ylim(y_limits)
