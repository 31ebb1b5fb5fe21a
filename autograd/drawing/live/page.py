"""A drawing whose numbers can be changed, as a fragment for notebooks and as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2s
from html import escape

from autograd.drawing.canvases.notebook import image_of
from autograd.drawing.canvases.palette import Theme
from autograd.drawing.canvases.scene import Scene
from autograd.drawing.canvases.svg import style_colours, style_rules, to_svg
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.diagram.naming import name_nodes
from autograd.drawing.live.program import live_program, to_json
from autograd.drawing.live.script import OUT_OF_USE, compact, compact_style, read_file, shared_script, styles
from autograd.engine import graph
from autograd.engine.value import Value
from autograd.notation.names import plain

# What a page says of kinks: the sentences of `autograd.drawing.diagram.kinks`, at the numbers that it has at the time.
_KINKS = """
const said = [];
if (!model.trouble) nodes.forEach(([box, , operands, edges], k) =>
edges && groups.node[box] && operands.forEach((node, place) => {
const kink = nodes[node].length !== 3 && groups.node[nodes[node][0]] && kinkAt(nodes, values, k, place);
if (kink) said.push(sayKink(kink, useOf(nodes, k, place, names[node]), [names[k], names[node]], `∂${names[k]}/∂${names[node]}`,
show(values[node]), show(Number(locals[k][place]))));
}));
if (said.length > 3) said.splice(3, Infinity, `${said.length - 3} more local derivatives do not exist.`);
find(".kinks").textContent = said.join(" ");
"""


def live_fragment(
    diagram: Diagram, scene: Scene, roots: Sequence[Value], outputs: Sequence[Value], theme: Theme, digits: int, kinks: str, *,
    inline: bool,
) -> str:  # fmt: skip
    """A drawing with a slider for each leaf, which computes in the page.

    Args:
        diagram, scene: what is drawn.
        roots: the Values of which it is drawn.
        outputs: what is differentiated: their sum.
        theme: light, dark, or that of the page.
        digits: how many significant digits numbers are rounded to.
        kinks: what is said of local derivatives that don't exist.
        inline: whether the picture stands in the page itself; otherwise it is an image, which stays where SVG is stripped.
    """
    order = graph.topological_order(*roots)
    boxes = {box.nodes[-1]: number for number, box in enumerate(diagram.boxes) if box.value}
    program = live_program(order, boxes, diagram.edge_of)
    names = [plain(name) for name in name_nodes(order, roots, digits).values()]
    for place, node in enumerate(order):
        if node in diagram.box_of and len(diagram.boxes[diagram.box_of[node]].nodes) == 1:
            names[place] = diagram.boxes[diagram.box_of[node]].name
    place_of = {node: place for place, node in enumerate(order)}
    data = to_json([names, program.nodes, [place_of[output] for output in outputs], digits, program.still])
    script = _script(program.has_kinks).replace("/*operations*/", program.operations)
    key = blake2s(script.encode(), digest_size=4).hexdigest()
    picture = to_svg(scene, theme, styled=False) if inline else image_of(to_svg(scene, theme), scene.title)
    return (
        f'<div class="chalkgrad-live" data-key="{key}">{picture}<p>{escape(kinks)}</p>\n'
        f"{_style(theme, '' if inline else OUT_OF_USE)}\n"
        f'<script type="application/json">{data}</script></div>\n<script>{script.replace("KEY", key)}</script>'
    )


@cache
def _script(has_kinks: bool) -> str:
    text = read_file("drawing.js").replace("/* kinks of drawings */", _KINKS if has_kinks else "")
    return compact(text.replace("/* shared */", shared_script(has_kinks, has_leaves=True)))


@cache
def _style(theme: Theme, of_rules: str) -> str:
    rules = style_rules("") + compact_style(read_file("drawing.css") + read_file("leaves.css"))
    return styles(style_colours(".chalkgrad-live", theme, used_by=rules), rules, of_rules)
