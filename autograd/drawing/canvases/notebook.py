"""A picture as the output of a notebook.

Programs that show notebooks from untrusted sources strip scripts and SVG out of HTML, but keep images. So the picture is an
image; where scripts run, it is moved into the page itself, where it can be searched and follows the light or dark theme of the
notebook or the site.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape

from autograd.drawing.canvases.palette import PAGES, Theme
from autograd.drawing.canvases.scene import Scene
from autograd.drawing.canvases.svg import to_svg

# Notebooks should stay small: the PNG of a small picture is twice as fine, and a large picture has none.
_FEW_PIXELS, _MOST_PIXELS = 300_000, 2_000_000

# The picture's styles stay inside a shadow root, away from the page's other pictures.
_SCRIPT = """\
for (const host of document.querySelectorAll(".chalkgrad-drawing")) if (!host.shadowRoot) {
const bytes = Uint8Array.from(atob(host.querySelector("img").src.split(",")[1]), character => character.charCodeAt(0));
const text = new TextDecoder().decode(bytes), root = host.attachShadow({mode: "open"});
const wide = "<style>@media print{svg{max-width:100%;height:auto}}</style>";
let shown;
const follow = () => {
const page = host.dataset.theme === "auto" && host.closest("LIGHT,DARK");
const media = !page ? "(prefers-color-scheme:dark)" : page.matches("DARK") ? " all" : " not all";
if (media !== shown) root.innerHTML = wide + text.replace("@media(prefers-color-scheme:dark)", "@media" + media);
shown = media;
};
follow();
const watch = new MutationObserver(follow);
for (const one of [document.documentElement, document.body]) watch.observe(one, {attributes: true});
}""".replace("LIGHT", ",".join(PAGES["light"])).replace("DARK", ",".join(PAGES["dark"]))


def image_of(svg: str, title: str) -> str:
    """An ``<img>`` element that holds an SVG picture itself."""
    return f'<img alt="{escape(title)}" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'


def png_of(scene: Scene, theme: Theme) -> dict[str, str]:
    """The part of a notebook's output for programs that show neither HTML nor SVG, such as an export to LaTeX.

    It is empty for a big picture, and where matplotlib isn't installed, as in a browser.
    """
    pixels = scene.width * scene.height
    if pixels > _MOST_PIXELS:
        return {}
    from autograd.drawing.canvases.figure import to_png

    try:
        png = to_png(scene, theme, sharpness=2.0 if pixels <= _FEW_PIXELS else 1.0, is_small=True)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("matplotlib", "numpy"):
            raise
        return {}
    return {"image/png": b64encode(png).decode()}


def bundle_of(scene: Scene, theme: Theme, text: str, *, svg: str | None = None) -> dict[str, str]:
    """A picture in all the formats from which the program that shows it may choose.

    Args:
        text: the picture as text.
        svg: the picture as SVG, if it is not to be made from the scene.
    """
    html = output_of(to_svg(scene, theme) if svg is None else svg, scene.title, theme)
    return {"text/html": html, "text/plain": text, **png_of(scene, theme)}


def output_of(svg: str, title: str, theme: Theme) -> str:
    """The HTML of a picture in a notebook."""
    return (
        f'<div class="chalkgrad-drawing" data-theme="{theme}" style="overflow-x:auto">{image_of(svg, title)}</div>'
        f"<script>{{{_SCRIPT}}}</script>"
    )
