"""The pictures and the steps inside a notebook: exported as HTML, and in JupyterLab itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_server_of_its_own import Jupyter, wait_for
from stepping_page import Page, requests_of

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "07_computation_graphs.ipynb"


def test_an_exported_notebook(browser: Any, tmp_path: Path) -> None:
    pytest.importorskip("nbconvert", reason="nbconvert is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path), "--output", "page.html",
         str(NOTEBOOK)],
        capture_output=True, timeout=120, env={**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    # The export itself names libraries on the network; what is tested is the page without any.
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    (tmp_path / "page.html").write_text(
        text.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">', 1), encoding="utf-8"
    )
    browser.get((tmp_path / "page.html").as_uri())
    page = Page(browser)
    assert (page.step, page.count) == (0, 9)
    page.click("next")
    page.press("ARROW_RIGHT")
    assert page.step == 2 and page.sentence == "Forward: L = c × e = (−2) × 5 = −10."
    page.click("last")
    assert {box["title"]: box["gradient"] for box in page.numbers()}["b"] == "−4"
    drawings = browser.execute_script(
        "const hosts = [...document.querySelectorAll('.chalkgrad-drawing')];"
        "return hosts.map(host => host.shadowRoot.querySelectorAll('.node').length)"
    )
    assert len(drawings) == 7 and drawings[:2] == [6, 6] and 28 in drawings
    # The picture's styles don't reach the page, whose own text keeps its colour.
    assert (
        browser.execute_script("return document.styleSheets.length && getComputedStyle(document.querySelector('h1')).fontSize")
        != "13px"
    )
    outside = [address for address in requests_of(browser) if not address.startswith(("data:", "file:", "about:"))]
    assert all("cdnjs" in address for address in outside), "only what the export itself asks for, and the policy refuses"
    browser.get_log("browser")  # the refusals


@pytest.mark.jupyterlab
def test_in_jupyterlab(browser: Any, jupyter: Jupyter) -> None:
    shutil.copy(NOTEBOOK, jupyter.folder / "graphs.ipynb")
    browser.get(f"{jupyter.address}lab/tree/graphs.ipynb?reset")
    # As it was downloaded it isn't trusted: no scripts, but the pictures.
    wait_for(
        browser, "return window.jupyterapp && document.querySelectorAll('.chalkgrad-steps img, .jp-OutputArea img').length >= 2"
    )
    assert browser.execute_script(
        "return [...document.querySelectorAll('.jp-OutputArea img')].every(image => image.complete && image.naturalWidth > 100)"
    )
    assert not browser.execute_script(
        "return [...document.querySelectorAll('*')].some(one => one.shadowRoot?.querySelector('.node'))"
    )
    # Run by its reader, it is.
    browser.execute_script("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_for(browser, "return document.querySelector('.chalkgrad-steps')?.shadowRoot?.querySelector('.node')")
    page = Page(browser)
    browser.execute_script("document.querySelector('.chalkgrad-steps').scrollIntoView()")
    page.run("root.querySelector('[name=next]').click()")
    page.press("ARROW_RIGHT")
    assert page.step == 2 and page.sentence == "Forward: L = c × e = (−2) × 5 = −10."
    # Its dark theme is followed, whatever the system prefers.
    browser.execute_script("window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    wait_for(browser, "return document.body.dataset.jpThemeLight === 'false'")
    colour = "return getComputedStyle(root.querySelector('section')).backgroundColor"
    assert page.run(colour) == "rgb(22, 25, 29)"
    paper = "return getComputedStyle(document.querySelector('.chalkgrad-drawing').shadowRoot.querySelector('.sheet')).fill"
    wait_for(browser, paper + " === 'rgb(22, 25, 29)'")
    browser.get("about:blank")  # before its server stops
    browser.get_log("browser")  # JupyterLab's own remarks
