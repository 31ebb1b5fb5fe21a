"""A live page as a document of its own, and as a frame in somebody else's."""

from __future__ import annotations

from html import escape

from autograd.drawing.canvases.palette import DARK, LIGHT

_DOCUMENT = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 0 auto; background: {light[paper]}; color: {light[ink]}; {rules} }}
@media (prefers-color-scheme: dark) {{ body {{ background: {dark[paper]}; color: {dark[ink]}; }} }}
</style>
<body>
{content}
</body>
</html>
"""
# The frame is as high as its content, and as light or dark as what is around it.
_IN_FRAME = """\
<script>
if (frameElement) {
const around = frameElement.ownerDocument.body, follow = () => { document.body.dataset.theme = around.dataset.theme; };
follow();
new MutationObserver(follow).observe(around, {attributeFilter: ["data-theme"]});
new ResizeObserver(() => { frameElement.style.height = document.body.offsetHeight + "px"; }).observe(document.body);
}
</script>
"""


def document(content: str, title: str, rules: str) -> str:
    """A page that needs no network; `rules` are more style rules for its body."""
    return _DOCUMENT.format(content=content, title=escape(title), rules=rules, light=LIGHT, dark=DARK)


def framed(page: str, title: str, rules: str, height: str) -> str:
    """A page in a frame that fits its height, for notebooks that run scripts in frames only.

    Args:
        page: what `document` gave.
        title: what the frame is called for those who can't see it.
        rules: more style rules for the page, which hold in the frame.
        height: that of the frame, as long as no script has run.
    """
    rules += "html body { background: none; max-width: none; }\n"
    page = page.replace("</style>", rules + "</style>", 1).replace("</body>", _IN_FRAME + "</body>")
    style = f"width: 100%; height: {height}; border: 0"
    return f'<iframe title="{escape(title)}" style="{style}" srcdoc="{escape(page)}"></iframe>'
