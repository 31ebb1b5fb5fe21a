"""All notebooks as their readers see them: exported as pages of HTML, and run in JupyterLab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_server_of_its_own import Jupyter, wait_for
from stepping_page import requests_of

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# The export names libraries on the network, for formulas and diagrams that these notebooks don't have: the page gets none.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; frame-src data: about:"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all notebooks as HTML, which may load nothing."""
    pytest.importorskip("nbconvert", reason="nbconvert is not installed")
    folder = tmp_path_factory.mktemp("exported")
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(folder), *map(str, NOTEBOOKS)],
        capture_output=True, timeout=240, env={**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "config")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    for path in folder.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        head = f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        path.write_text(text.replace("<head>", head, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_exported_lesson(browser: Any, exported: Path, notebook: Path) -> None:
    browser.get((exported / f"{notebook.stem}.html").as_uri())
    pictures = browser.execute_script(
        "return [...document.querySelectorAll('.chalkgrad-drawing, .chalkgrad-steps, .chalkgrad-training')]"
        ".map(host => Boolean(host.shadowRoot?.querySelector('svg')))"
    )
    stored = notebook.read_text(encoding="utf-8")
    assert pictures == [True] * (stored.count('class=\\"chalkgrad-')), "each picture is alive"
    for log in browser.get_log("browser"):
        assert "Content Security Policy" in log["message"] or "Content-Security-Policy" in log["message"], log
    outside = [address for address in requests_of(browser) if not address.startswith(("data:", "file:", "about:", "blob:"))]
    assert all("cdnjs" in address for address in outside), "only what the export itself asks for, and the policy refuses"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_exported_lesson_on_a_phone(browser: Any, exported: Path, notebook: Path) -> None:
    metrics = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        browser.get((exported / f"{notebook.stem}.html").as_uri())
        too_wide = browser.execute_script(
            "return [...document.querySelectorAll('.jp-OutputArea-output, p, li')]"
            ".filter(one => one.getBoundingClientRect().right > 391).map(one => one.textContent.slice(0, 60))"
        )
        assert too_wide == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get_log("browser")  # the refusals


CONTENT = "window.jupyterapp?.shell.currentWidget?.content"
CODES = f"{CONTENT}.widgets.filter(cell => cell.model.type === 'code')"


def run_in_jupyterlab(browser: Any, jupyter: Jupyter, notebook: Path) -> None:
    """Open a copy of a notebook, and run all its cells."""
    shutil.copy(notebook, jupyter.folder)
    browser.get(f"{jupyter.address}lab/tree/{notebook.name}?reset")
    # A cell that is run before the kernel is there only loses its outputs.
    kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
    wait_for(browser, f"return {kernel}?.connectionStatus === 'connected' && {kernel}.status === 'idle'")
    browser.execute_script("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_for(browser, f"return {CODES}.every(cell => cell.model.executionCount)")


@pytest.mark.jupyterlab
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_in_jupyterlab(browser: Any, jupyter: Jupyter, notebook: Path) -> None:
    run_in_jupyterlab(browser, jupyter, notebook)
    errors = browser.execute_script(
        f"return {CODES}.flatMap(cell => cell.model.outputs.toJSON())"
        ".filter(one => one.output_type === 'error' || one.name === 'stderr')"
    )
    assert errors == []
    browser.get("about:blank")  # before its server stops
    browser.get_log("browser")  # JupyterLab's own remarks


@pytest.mark.jupyterlab
def test_an_exercise_in_jupyterlab(browser: Any, jupyter: Jupyter) -> None:
    run_in_jupyterlab(browser, jupyter, FOLDER / "01_units.ipynb")
    for answer, verdict in (("-1.0", "not yet"), ("-0.5", "right")):
        browser.execute_script(
            f"const book = {CONTENT};"
            "const place = book.widgets.findIndex(cell => cell.model.sharedModel.getSource().includes('check(\"1.1\"'));"
            f"book.widgets[place].model.sharedModel.setSource('answer = {answer}\\ncheck(\"1.1\", answer)');"
            "book.activeCellIndex = place; window.jupyterapp.commands.execute('notebook:run-cell')"
        )
        said = f"Exercise 1.1: {verdict}"
        wait_for(browser, f"return {CODES}.some(cell => JSON.stringify(cell.model.outputs.toJSON()).includes('{said}'))")
    browser.get("about:blank")
    browser.get_log("browser")
