"""What the site needs of Sphinx besides the usual: formulas as MathML, examples that show what they make, tests to look at.

- Formulas are MathML, made by docutils, so that no page asks another host for a script or a font.
- ``{shown}`` is a doctest whose last result is shown below it as a notebook would show it: a picture, or steps to walk through.
  The tests run the same lines as a doctest.
- ``{playground}`` is a link to the playground.
- ``{tests}`` lists tests by file and name, and shows the source of each where it is unfolded.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import io
import re
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from tools.documentation.formulas import mathml

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/chalkgrad/chalkgrad/blob/main"
# A bar outside of what is in backquotes.
_BAR = re.compile(r"\|(?=[^`]*(?:`[^`]*`[^`]*)*$)")


def _formula(translator: Any, node: Any) -> None:
    translator.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _displayed_formula(translator: Any, node: Any) -> None:
    translator.body.append(f'<div class="formula">{mathml(node.astext(), displayed=True)}</div>\n')
    raise nodes.SkipNode


class Shown(SphinxDirective):
    """Lines of a doctest, and below them what an expression gives, as a notebook shows it.

    The page's lines share their names. The option ``show`` is the expression; with ``only``, the lines themselves are left out.
    """

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"show": directives.unchanged_required, "only": directives.flag}

    def run(self) -> list[nodes.Node]:
        """The nodes that Sphinx puts into the page."""
        text = "\n".join(self.content)
        names: Any = self.env.temp_data.setdefault("names of shown examples", {})
        for example in doctest.DocTestParser().get_examples(text):
            # What it prints is written in the page, and compared by the tests.
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(example.source, f"<{self.env.docname}>", "single"), names)
        made: list[nodes.Node] = []
        if "only" not in self.options:
            block = nodes.literal_block(text, text, language="pycon")
            self.set_source_info(block)
            made.append(block)
        if "show" in self.options:
            thing = eval(self.options["show"], names)
            html = thing._repr_html_() if hasattr(thing, "_repr_html_") else thing._repr_mimebundle_()["text/html"]
            made.append(nodes.raw("", f'<div class="shown">{html}</div>', format="html"))
        return made


class Tests(SphinxDirective):
    """Tests, named one a line as pytest names them, each with its source, folded away."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The nodes that Sphinx puts into the page."""
        made: list[nodes.Node] = []
        for name in filter(None, map(str.strip, self.content)):
            path, _, test = name.partition("::")
            self.env.note_dependency(str(ROOT / path))
            source, line = source_of_test(path, test)
            address = f"{REPOSITORY}/{path}#L{line}"
            made += [
                nodes.raw("", f'<details class="test"><summary><code>{escape(name)}</code></summary>', format="html"),
                nodes.literal_block(source, source, language="python"),
                nodes.raw("", f'<p><a class="external" href="{address}">In the repository</a></p></details>', format="html"),
            ]
        return made


class Playground(SphinxDirective):
    """A paragraph with a link to the playground, if there is one: the argument is the state that it opens with."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """The nodes that Sphinx puts into the page."""
        if not self.env.config.html_context["has_playground"]:
            return []
        up = "../" * self.env.docname.count("/")
        text = escape(" ".join(self.content))
        return [
            nodes.raw("", f'<p><a href="{up}playground/index.html#{escape(self.arguments[0])}">{text}</a></p>', format="html")
        ]


def source_of_test(path: str, test: str) -> tuple[str, int]:
    """The source of a test with its decorators, and the line on which it begins.

    Raises:
        LookupError: the file has no test of that name.
    """
    text = (ROOT / path).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == test:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno]), first
    raise LookupError(f"{path} has no test {test}")


def _trim_examples(app: Sphinx, page: str, source: list[str]) -> None:
    """Leave out the empty line at the end of an example, which a doctest needs and a reader doesn't."""
    source[0] = source[0].replace("\n\n```\n", "\n```\n")


def _escape_bars(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Let |x| in a docstring be an absolute value; to Sphinx it is a name for another text."""
    lines[:] = [line if line.lstrip().startswith((">>>", "...")) else _BAR.sub(r"\\|", line) for line in lines]


def _level_of_captions(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Say what level the headings between the links of the sidebar have, without which their role means nothing."""
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')


def setup(app: Sphinx) -> dict[str, Any]:
    """Enter everything into Sphinx."""
    app.add_html_math_renderer("mathml", (_formula, None), (_displayed_formula, None))
    app.add_directive("shown", Shown)
    app.add_directive("tests", Tests)
    app.add_directive("playground", Playground)
    app.connect("source-read", _trim_examples)
    # After the theme, which writes the tree.
    app.connect("html-page-context", _level_of_captions, priority=900)
    app.connect("autodoc-process-docstring", _escape_bars)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
