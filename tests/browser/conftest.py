"""A real Chromium without a window, driven by its own driver; tests skip, with a reason, where it is missing."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_server_of_its_own import Jupyter, running

SCRIPT_TIMEOUT = 20


def _executable(*names: str) -> str | None:
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One browser for all tests of a session."""
    browser, driver = _executable("chromium", "chromium-browser", "google-chrome"), _executable("chromedriver")
    if browser is None or driver is None:
        pytest.skip("chromium and chromium-driver are not installed")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1100,900",
        "--disable-background-networking", "--disable-component-update", "--no-first-run",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = Service(driver, env={**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))})
    running = webdriver.Chrome(options=options, service=service)
    running.set_script_timeout(SCRIPT_TIMEOUT)
    running.set_page_load_timeout(60)
    yield running
    running.quit()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """The browser with empty logs, in light mode; afterwards nothing may have gone wrong in it."""
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "light"}]})
    chromium.get("about:blank")
    chromium.get_log("browser")
    chromium.get_log("performance")
    yield chromium
    # A server's missing icon is nothing that a page of ours asked for.
    errors = [entry for entry in chromium.get_log("browser") if entry["level"] == "SEVERE" and "favicon" not in entry["message"]]
    assert not errors, errors


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """A server of the test's folder on the loopback address; the result makes addresses of files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield lambda name: f"http://127.0.0.1:{server.server_port}/{name}"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """One Jupyter server for all tests of a session."""
    pytest.importorskip("notebook", reason="notebook is not installed")
    with running(tmp_path_factory.mktemp("jupyter")) as server:
        yield server
