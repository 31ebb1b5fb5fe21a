"""Builds the site; `make docs` runs it.

The pages are gathered in one folder: those of `docs/`, the notebooks, a page for each primitive, written from the table, and what
the project's root says of how it is built. Sphinx makes the site of that folder. A warning of Sphinx is an error.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from autograd.table.primitives import BUILT_IN, TABLE  # noqa: E402
from tools.documentation.primitive_pages import page_of  # noqa: E402
from tools.generate import page  # noqa: E402

REPOSITORY = "https://github.com/chalkgrad/chalkgrad/blob/main"
PLAYGROUND = "playground"
NOT_PAGES = ("_static", "_templates", PLAYGROUND, "conf.py")
OF_THE_ROOT = {"ARCHITECTURE.md": "architecture.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)")


def gather(pages: Path) -> None:
    """Put all pages into one folder."""
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(ROOT / "docs", pages, ignore=shutil.ignore_patterns(*NOT_PAGES))
    (pages / "notebooks").mkdir(exist_ok=True)
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, pages / "notebooks")
    (pages / "notebooks" / "index.md").write_text(_notebooks(), encoding="utf-8")
    for name, here in OF_THE_ROOT.items():
        (pages / here).write_text(_with_links_from_here((ROOT / name).read_text(encoding="utf-8")), encoding="utf-8")
    names = [name for name in BUILT_IN if TABLE[name].arity]
    toctree = "\n```{toctree}\n:hidden:\n\n" + "\n".join(f"primitives/{name}" for name in names) + "\n```\n"
    (pages / "primitives.md").write_text(page(linked=True) + toctree, encoding="utf-8")
    (pages / "primitives").mkdir()
    with ProcessPoolExecutor() as pool:
        for name, text in zip(names, pool.map(page_of, names, chunksize=4), strict=True):
            (pages / "primitives" / f"{name}.md").write_text(text, encoding="utf-8")


def _notebooks() -> str:
    """The list of the notebooks, in their order."""
    readme = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8").partition("## For those who write")[0]
    names = "\n".join(sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")))
    return f"{readme}\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n"


def _with_links_from_here(text: str) -> str:
    """A page of the project's root with links to pages of the site, and to the repository for what is no page."""

    def moved(link: re.Match[str]) -> str:
        target, anchor = link[1], link[2] or ""
        if target in OF_THE_ROOT:
            return f"]({OF_THE_ROOT[target]}{anchor})"
        if target.startswith("docs/"):
            return f"]({target.removeprefix('docs/')}{anchor})"
        return f"]({REPOSITORY}/{target}{anchor})"

    return _LINK.sub(moved, text)


def build(pages: Path, site: Path, *, playground: bool) -> int:
    """Make the site of the gathered pages, and give the status of Sphinx."""
    for name in list(site.iterdir()) if site.is_dir() else []:
        if name.name != PLAYGROUND:
            shutil.rmtree(name) if name.is_dir() else name.unlink()
    command: list[str | Path] = [sys.executable, "-m", "sphinx", "--builder", "html", "--jobs", "auto", "--quiet"]
    command += ["--fail-on-warning", "--keep-going"]
    doctrees = pages.with_name(f"{pages.name}-doctrees")
    shutil.rmtree(doctrees, ignore_errors=True)
    if playground:
        command += ["--tag", PLAYGROUND]
    return subprocess.run([*command, "--conf-dir", ROOT / "docs", "--doctree-dir", doctrees, pages, site], check=False).returncode


def add_playground(site: Path) -> bool:
    """Put the playground beside the pages, and say whether that could be done: it needs npm and Node."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        print("no playground: npm and Node, which fetch and prepare Python for the browser, are not installed", file=sys.stderr)
        return False
    subprocess.run([sys.executable, "-m", "tools.playground.build", site / PLAYGROUND], cwd=ROOT, check=True)
    return True


def main() -> int:
    """Build the site into the folder that the command line names."""
    parser = argparse.ArgumentParser(description="Builds the site.")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "site", help="where it goes (out/site)")
    site = parser.parse_args().out.resolve()
    pages = site.with_name(f"{site.name}-pages")
    gather(pages)
    return build(pages, site, playground=add_playground(site))


if __name__ == "__main__":
    sys.exit(main())
