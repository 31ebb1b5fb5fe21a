"""The pictures and the steps inside a notebook: exported as HTML, and in JupyterLab itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stepping_page import Page, requests_of

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "computation_graphs.ipynb"
WAIT = 120


def wait_for(browser: Any, script: str) -> Any:
    """What a script returns as soon as that is something."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, WAIT, poll_frequency=0.3).until(lambda driver: driver.execute_script(script))


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
    assert len(drawings) == 8 and drawings[:2] == [6, 6] and 35 in drawings
    # The picture's styles don't reach the page, whose own text keeps its colour.
    assert (
        browser.execute_script("return document.styleSheets.length && getComputedStyle(document.querySelector('h1')).fontSize")
        != "13px"
    )
    outside = [address for address in requests_of(browser) if not address.startswith(("data:", "file:", "about:"))]
    assert all("cdnjs" in address for address in outside), "only what the export itself asks for, and the policy refuses"
    browser.get_log("browser")  # the refusals


@pytest.fixture
def jupyterlab(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab of its own, on the loopback address, in a folder with the notebook."""
    pytest.importorskip("jupyterlab", reason="jupyterlab is not installed")
    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(NOTEBOOK, work / "graphs.ipynb")
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    log = (tmp_path / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser",
         "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
         "--ServerApp.open_browser=False", "--IdentityProvider.token=", "--ServerApp.password=",
         f"--ServerApp.root_dir={work}", "--LabApp.news_url=None",
         "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
        env={**os.environ, **folders, "IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=log, cwd=work,
    )  # fmt: skip
    try:
        address = _address(server, tmp_path)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(20)
        log.close()


def _address(server: subprocess.Popen[bytes], folder: Path) -> str:
    import time

    for _ in range(WAIT * 2):
        for path in (folder / "runtime").glob("jpserver-*.json"):
            try:
                return str(json.loads(path.read_text())["url"])
            except json.JSONDecodeError:
                pass  # it is being written
        assert server.poll() is None, (folder / "log").read_text()[-2000:]
        time.sleep(0.5)
    raise AssertionError(f"JupyterLab has not started: {(folder / 'log').read_text()[-2000:]}")


@pytest.mark.jupyterlab
def test_in_jupyterlab(browser: Any, jupyterlab: str) -> None:
    browser.get(f"{jupyterlab}lab/tree/graphs.ipynb")
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
