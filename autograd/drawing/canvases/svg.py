"""The SVG canvas: for notebooks, files and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2s
from html import escape

from autograd.drawing.canvases.palette import DARK, FONTS, LIGHT, PAGES, Theme, colours_of
from autograd.drawing.canvases.scene import DENSE, DrawnBox, DrawnEdge, Scene, TextLine
from autograd.drawing.canvases.text_width import LOWERED, SCRIPT_SCALE, back_before
from autograd.drawing.layout.layout import Course, Point
from autograd.engine.collector import collector_paused
from autograd.notation.names import Run, legible

_FONTS = ",".join(f"'{family}'" if " " in family else family for family in FONTS)
# The style of each part: a selector, and for each property the name of a colour in the palette after $, or a value.
_RULES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("text", {"fill": "$ink", "text-anchor": "middle", "font-family": _FONTS, "font-size": "13px"}),
    (".sheet", {"fill": "$paper"}),
    (".title", {"font-size": "14px"}),
    (".gradient", {"fill": "$gradient"}),
    (".derivative", {"fill": "$derivative"}),
    (".derivative,.count", {"font-size": "11px", "stroke": "$paper", "stroke-width": "3px", "paint-order": "stroke"}),
    (".detail,.caption", {"fill": "$quiet", "font-size": "11px"}),
    (".caption,.start", {"text-anchor": "start"}),
    (".node rect", {"fill": "$operation", "stroke": "$operation-line", "stroke-width": "1.4px"}),
    (".leaf rect", {"fill": "$leaf", "stroke": "$leaf-line"}),
    (".constant rect", {"stroke-dasharray": "4 3"}),
    (".output rect", {"fill": "$output", "stroke": "$output-line", "stroke-width": "2.6px"}),
    (".folded rect", {"fill": "$folded", "stroke": "$folded-line"}),
    (".edge path", {"fill": "none", "stroke": "$edge", "stroke-width": "1.3px"}),
    (".edge polygon", {"fill": "$edge"}),
    (".many path", {"stroke-width": "2.6px"}),
    (".dense path", {"stroke-width": "0.8px", "opacity": "0.5"}),
    (".marked rect", {"stroke": "$mark", "stroke-width": "3.2px"}),
    (".edge.marked path", {"stroke": "$mark", "stroke-width": "3px"}),
    (".edge.marked polygon", {"fill": "$mark"}),
    (".faded", {"opacity": "0.35"}),
)  # fmt: skip


@collector_paused()
def to_svg(scene: Scene, theme: Theme = "auto", *, inline: bool = False, styled: bool = True) -> str:
    """Write a scene as SVG.

    Args:
        theme: ``"auto"`` follows the reader's preference for light or dark.
        inline: whether it will stand inside a page, such as JupyterLab, whose theme it then follows.
        styled: False leaves out the styles, for a page that has them already; see `style_rules`.
    """
    described = f"<desc>{_text(scene.description)}</desc>" if scene.description else ""
    width, height = _number(scene.width), _number(scene.height)
    edges = "".join(map(_line, scene.lines))
    if len(scene.lines) > DENSE:
        edges = f'<g class="dense">{edges}</g>'
    sheet = '<rect class="sheet" width="100%" height="100%"/>'
    body = "\n".join([sheet + edges, *map(_node, scene.nodes), *map(_label, scene.captions)])
    own, style = "", ""
    if styled:
        # A name of its own, so that its styles apply neither to other pictures in the page nor to the page itself.
        own = "c" + blake2s(f"{theme}{inline}{body}".encode(), digest_size=4).hexdigest()
        style = f"<style>{_style(theme, inline, f'svg.{own}')}</style>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chalkgrad{" " + own if own else ""}" role="img" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}"><title>{_text(scene.title)}</title>{described}{style}{body}\n</svg>'
    )


def style_rules(prefix: str, unless: Sequence[str] = ()) -> str:
    """The styles of pictures in terms of custom properties such as ``--ink``, which `style_colours` sets.

    Args:
        prefix: what stands before each selector.
        unless: selectors with one of these words are left out, because the picture has no such part.
    """
    return "".join(
        f"{_scoped(selector, prefix)}{{{_declarations(properties, None)}}}"
        for selector, properties in _RULES
        if not any(word in selector for word in unless)
    )


def style_colours(selector: str, theme: Theme = "auto", *, used_by: str = "") -> str:
    """Rules that set the custom properties of the elements of a selector to the colours of the page's theme.

    Each property holds the light and the dark colour, and one of two switches is `initial`, which takes the fallback beside it,
    and the other empty; so it needs no `light-dark()`, which browsers older than 2024 don't know.

    Args:
        theme: ``"auto"`` follows the page around the picture, or else the reader's preference.
        used_by: rules; colours that they don't use are left out.
    """
    names = [name for name in LIGHT if not used_by or f"var(--{name})" in used_by]
    colours = ";".join(f"--{name}:var(--light,{LIGHT[name]})var(--dark,{DARK[name]})" for name in names)
    switches = {"light": "--light:initial;--dark: ;color-scheme:light", "dark": "--dark:initial;--light: ;color-scheme:dark"}
    if theme != "auto":
        return f"{selector}{{{colours};{switches[theme]}}}"
    said = "".join(f":is({','.join(PAGES[name])}) {selector}{{{switches[name]}}}" for name in switches)
    preferred = f"@media(prefers-color-scheme:dark){{{selector}{{{switches['dark']}}}}}"
    return f"{selector}{{{colours};{switches['light']}}}{preferred}{said}"


def _style(theme: Theme, inline: bool, own: str) -> str:
    plain = _plain_rules(own, colours_of(theme))
    if inline:
        # Plain colours come first, for programs that don't know custom properties.
        return plain + style_rules(own + " ") + style_colours(own, theme)
    dark = f"@media(prefers-color-scheme:dark){{{_plain_rules(own, DARK, only_colours=True)}}}"
    return plain + (dark if theme == "auto" else "")


def _plain_rules(own: str, colours: Mapping[str, str], *, only_colours: bool = False) -> str:
    rules = []
    for selector, properties in _RULES:
        kept = {name: value for name, value in properties.items() if not only_colours or value.startswith("$")}
        if kept:
            rules.append(f"{_scoped(selector, own + ' ')}{{{_declarations(kept, colours)}}}")
    return "".join(rules)


def _scoped(selector: str, prefix: str) -> str:
    return ",".join(prefix + one for one in selector.split(","))


def _declarations(properties: Mapping[str, str], colours: Mapping[str, str] | None) -> str:
    def written(value: str) -> str:
        if not value.startswith("$"):
            return value
        return f"var(--{value[1:]})" if colours is None else colours[value[1:]]

    return ";".join(f"{name}:{written(value)}" for name, value in properties.items())


def _line(line: DrawnEdge) -> str:
    classes = "edge" + (" many" if line.weight > 2.0 else "") + _marks(line.highlighted, line.faded)
    corners = " ".join(map(_point, line.course.arrow))
    label = _label(line.label) if line.label else ""
    return (
        f'<g class="{classes}" data-edge="{line.number}"><path d="{_path(line.course)}"/><polygon points="{corners}"/>{label}</g>'
    )


def _path(course: Course) -> str:
    parts = [f"M{_point(course.start)}"]
    for segment in course.segments:
        parts.append(f"{'L' if len(segment) == 1 else 'C'}{' '.join(map(_point, segment))}")
    return "".join(parts)


def _node(node: DrawnBox) -> str:
    classes = f"node {node.kind}" + _marks(node.highlighted, node.faded)
    width, height = _number(node.width), _number(node.height)
    radius = _number(node.radius)
    sheet = f'<rect x="4" y="-4" width="{width}" height="{height}" rx="{radius}"/>' if node.stacked else ""
    texts = "".join(map(_label, node.texts))
    x, y = map(_number, node.corner)
    return (
        f'<g class="{classes}" data-node="{node.number}" transform="translate({x},{y})"><title>{_text(node.tooltip)}</title>'
        f'{sheet}<rect width="{width}" height="{height}" rx="{radius}"/>{texts}</g>'
    )


def _marks(highlighted: bool, faded: bool) -> str:
    return (" marked" if highlighted else "") + (" faded" if faded else "")


def _label(text: TextLine) -> str:
    classes = f"{text.role} start" if text.start and text.role != "caption" else text.role
    x, y = map(_number, text.at)
    return f'<text class="{classes}" x="{x}" y="{y}">{_runs(text.runs, text.size)}</text>'


def _runs(runs: tuple[Run, ...], size: float) -> str:
    """Scripts are moved up and down; two of them after one base stand one above the other."""
    written = []
    level = 0
    for index, run in enumerate(runs):
        attributes = _attributes(run.script, level, run.italic, size)
        if moved := back_before(runs, index):
            attributes = f' dx="{_number(moved * size)}"' + attributes
        level = run.script
        text = _text(run.text)
        written.append(f"<tspan{attributes}>{text}</tspan>" if attributes else text)
    return "".join(written)


@lru_cache(maxsize=256)
def _attributes(script: int, level: int, italic: bool, size: float) -> str:
    """How a run differs from the one before, which stood on a level of its own."""
    attributes = f' dy="{_number((LOWERED[script] - LOWERED[level]) * size)}"' if script != level else ""
    if script:
        attributes += f' font-size="{_number(size * SCRIPT_SCALE)}"'
    return attributes + ' font-style="italic"' if italic else attributes


def _text(text: str) -> str:
    """Any text, escaped for XML."""
    return escape(legible(text))


def _point(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


@lru_cache(maxsize=16_384)  # the same columns, lines and sizes recur often
def _number(number: float) -> str:
    return f"{number:.1f}".replace(".0", "")
