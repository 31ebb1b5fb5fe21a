"""The site's files, without a browser: links lead somewhere, names are documented, nothing is loaded from elsewhere."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import autograd
import nn
import tasks.exercises
from autograd.table.primitives import BUILT_IN, TABLE

SITE = Path(__file__).parents[2] / "out" / "site"
pytestmark = pytest.mark.site
LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src", "audio": "src"}


class Page(HTMLParser):
    """The addresses and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        self.anchors |= {named[name] for name in ("id", "name") if name in named}
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        if tag in LOADING and LOADING[tag] in named:
            self.loaded.append(named[LOADING[tag]])


@cache
def pages() -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(SITE.rglob("*.html"))}


def problems(path: Path, address: str) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc):
            yield f"{path}: {address} has no host"
        return
    if parts.scheme in ("mailto", "data"):
        return
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        yield f"{path.relative_to(SITE)}: {address} leads nowhere"
    # The playground reads what comes after "#" as a state.
    elif parts.fragment and target.parent.name != "playground" and unquote(parts.fragment) not in pages()[target].anchors:
        yield f"{path.relative_to(SITE)}: {address} has no such place"


def test_there_are_pages() -> None:
    assert SITE / "index.html" in pages()


def test_every_link_leads_somewhere() -> None:
    assert [problem for path, page in pages().items() for link in page.links for problem in problems(path, link)] == []


def test_nothing_is_loaded_from_another_host() -> None:
    loaded = [(path, address) for path, page in pages().items() for address in page.loaded]
    assert [found for found in loaded if urlsplit(found[1]).scheme in ("http", "https") or found[1].startswith("//")] == []
    assert [problem for path, address in loaded for problem in problems(path, address)] == []
    elsewhere = re.compile(r"(url\(\s*|@import\s+)[\"']?(https?:)?//")
    assert [path for path in SITE.rglob("*.css") if elsewhere.search(path.read_text(encoding="utf-8"))] == []


def documented() -> set[str]:
    """The names of Sphinx's inventory."""
    packed = (SITE / "objects.inv").read_bytes()
    lines = zlib.decompress(packed[packed.index(b"zlib.\n") + 6 :]).decode().splitlines()
    return {line.split()[0] for line in lines}


@pytest.mark.parametrize("package", [autograd, nn, tasks.exercises], ids=["autograd", "nn", "tasks.exercises"])
def test_every_public_name_is_documented(package: object) -> None:
    names = {f"{package.__name__}.{name}" for name in package.__all__}  # type: ignore[attr-defined]
    assert names - documented() - {"nn.initializers", "nn.schedules"} == set()


def test_every_public_name_has_an_example() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in (SITE.parents[1] / "docs" / "api").glob("*.md"))
    examples = " ".join(re.findall(r"^(?:>>>|\.\.\.) .*", texts, re.MULTILINE))
    lacking = [
        f"{package.__name__}.{name}"
        for package in (autograd, nn)
        for name in package.__all__
        if ">>>" not in (getattr(package, name).__doc__ or "") and not re.search(rf"\b{name}\b", examples)
    ]
    assert lacking == []


def test_every_primitive_has_a_page_with_its_formula_and_plots() -> None:
    for name in BUILT_IN:
        if TABLE[name].arity:
            text = (SITE / "primitives" / f"{name}.html").read_text(encoding="utf-8")
            assert "<math" in text and '<svg class="curves"' in text and "chalkgrad-steps" in text, name


def test_formulas_of_notebooks_are_mathml() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (SITE / "notebooks").glob("*.html")]
    assert any("<math" in text for text in texts)
    assert not any("MathJax" in text or r"\(" in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL) for text in texts)
