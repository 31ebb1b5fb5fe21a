"""Every page of the site in a real browser: no error, no other host, nothing that axe-core calls serious, and it fits a phone.

`make test-site` builds the site, fetches axe-core and runs these tests.
"""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

SCRIPT_TIMEOUT = 20
ROOT = Path(__file__).parents[2]
SITE = ROOT / "out" / "site"
AXE = ROOT / "out" / "axe" / "axe.min.js"
# The playground has tests of its own.
PAGES = sorted(page for path in SITE.rglob("*.html") if not (page := path.relative_to(SITE).as_posix()).startswith("playground/"))
PHONE = 390
STILL = "* { transition: none !important; }"

pytestmark = [pytest.mark.browser, pytest.mark.site]

CHECK = """
const done = arguments[2];
const told = one => `${one.id}: ${one.help} ${one.nodes.slice(0, 3).map(node => node.target + " " + node.html.slice(0, 150))}`;
axe.run(arguments[0] ?? document, {runOnly: arguments[1], resultTypes: ["violations"], preload: false}).then(
  found => done(found.violations.filter(one => ["serious", "critical"].includes(one.impact)).map(told)),
  error => done([String(error)]));
"""
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
# The frame of a page is the same on all, and is looked at on one of each kind, as are the colours of programs, whose many words
# take most of the time.
WHOLE = ("index.html", "embedded-steps.html", "search.html", "genindex.html", "primitives/relu.html", "api/errors.html")
CONTENT = {"include": [["article"]], "exclude": [[".highlight"], [".sig"]]}


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The site, served on the loopback address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture
def window(browser: Any) -> Iterator[Any]:
    """The browser, whose window has its own size again afterwards."""
    browser.set_script_timeout(300)  # axe-core takes its time on a busy machine
    yield browser
    browser.set_script_timeout(SCRIPT_TIMEOUT)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def prefer(browser: Any, theme: str) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})


def requested(browser: Any) -> list[str]:
    """The addresses that have been asked for since the last time."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]


def test_the_site_has_been_built() -> None:
    assert "index.html" in PAGES and AXE.is_file(), "run make test-site, which builds the site and fetches axe-core first"


@pytest.mark.parametrize("page", PAGES)
def test_page(window: Any, address: str, page: str) -> None:
    prefer(window, "light")
    window.get(f"{address}/{page}")
    window.execute_script(AXE.read_text(encoding="utf-8"))
    part = None if page in WHOLE else CONTENT
    assert window.execute_async_script(CHECK, part, ALL) == [], "light"
    # What the theme fades in has the colours that it will keep.
    window.execute_script(f"document.head.insertAdjacentHTML('beforeend', '<style>{STILL}</style>')")
    prefer(window, "dark")
    assert window.execute_script("return matchMedia('(prefers-color-scheme: dark)').matches")
    assert window.execute_async_script(CHECK, part, CONTRAST) == [], "dark"
    phone = {"width": PHONE, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    width = window.execute_script("return document.documentElement.scrollWidth")
    assert width <= PHONE, window.execute_script(
        "return [...document.querySelectorAll('article *')].filter(e => e.getBoundingClientRect().right > arguments[0])"
        ".slice(0, 5).map(e => e.outerHTML.slice(0, 200))", PHONE
    )  # fmt: skip
    asked = [one for one in requested(window) if urlsplit(one).scheme not in ("data", "blob", "about")]
    assert asked and [one for one in asked if not one.startswith(f"{address}/")] == []


def test_the_search_works_from_disk(window: Any) -> None:
    window.get((SITE / "search.html").as_uri() + "?q=softplus")
    found = window.execute_async_script(
        "const done = arguments[0], until = Date.now() + 15000; (function look() {"
        "const links = [...document.querySelectorAll('#search-results li a')].map(a => a.getAttribute('href'));"
        "if (links.length || Date.now() > until) done(links); else setTimeout(look, 50); })()"
    )
    assert any(link.split("?")[0].split("#")[0] == "primitives/softplus.html" for link in found), found


def test_the_keyboard_reaches_the_steps_and_walks_through_them(window: Any, address: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    window.get(f"{address}/index.html")
    host = "document.querySelector('.chalkgrad-steps')"
    for _ in range(80):
        ActionChains(window).send_keys(Keys.TAB).perform()
        if window.execute_script(f"return document.activeElement === {host}"):
            break
    before = window.execute_script(f"return {host}.dataset.step")
    ActionChains(window).send_keys(Keys.ARROW_RIGHT).perform()
    assert int(window.execute_script(f"return {host}.dataset.step")) == int(before) + 1


def test_the_steps_follow_the_switch_of_the_site(window: Any, address: str) -> None:
    prefer(window, "light")
    window.get(f"{address}/index.html")
    panel = "document.querySelector('.chalkgrad-steps').shadowRoot.querySelector('section')"
    look = f"return [document.body.dataset.theme, getComputedStyle({panel}).backgroundColor]"
    seen = [window.execute_script(look)]
    for _ in range(2):
        window.execute_script("document.querySelector('.content-icon-container .theme-toggle').click()")
        seen.append(window.execute_script(look))
    assert dict(seen) == {"auto": "rgb(255, 255, 255)", "light": "rgb(255, 255, 255)", "dark": "rgb(22, 25, 29)"}


def test_the_steps_leave_the_rest_of_the_page_alone(window: Any, address: str) -> None:
    paddings = []
    for page in ("index.html", "checking.html"):  # with steps, and without
        window.get(f"{address}/{page}")
        paddings.append(window.execute_script("return getComputedStyle(document.querySelector('article section')).padding"))
    assert paddings[0] == paddings[1]
