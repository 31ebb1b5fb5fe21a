"""A Jupyter server of one's own, on the loopback address, which serves JupyterLab and Notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WAIT = 120


class Jupyter:
    """A running server.

    Attributes:
        address: with a slash at its end.
        folder: where its notebooks are.
    """

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder

    def write(self, name: str, sources: list[str]) -> None:
        """Write a notebook of cells with code."""
        cells: list[dict[str, Any]] = [
            {"cell_type": "code", "id": f"cell-{k}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
            for k, source in enumerate(sources)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (self.folder / name).write_text(json.dumps(notebook), encoding="utf-8")


@contextmanager
def running(folder: Path) -> Iterator[Jupyter]:
    """Start a server, and stop it at the end. Its settings are in the folder too, away from the user's."""
    work = folder / "work"
    work.mkdir()
    folders = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "notebook", "--no-browser", "--allow-root", "--JupyterNotebookApp.expose_app_in_browser=True",
             "--LabApp.expose_app_in_browser=True", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
             "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={work}", "--LabApp.news_url=None",
             "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
            env={**os.environ, **folders, "IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=log, cwd=work,
        )  # fmt: skip
        try:
            yield Jupyter(_address(server, folder), work)
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(20)


def _address(server: subprocess.Popen[bytes], folder: Path) -> str:
    for _ in range(WAIT * 2):
        for path in (folder / "runtime").glob("jpserver-*.json"):
            try:
                return str(json.loads(path.read_text())["url"])
            except json.JSONDecodeError:
                pass  # it is being written
        assert server.poll() is None, (folder / "log").read_text()[-2000:]
        time.sleep(0.5)
    raise AssertionError(f"Jupyter has not started: {(folder / 'log').read_text()[-2000:]}")


def wait_for(browser: Any, script: str) -> Any:
    """What a script returns as soon as that is something."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, WAIT, poll_frequency=0.2).until(lambda driver: driver.execute_script(script))
