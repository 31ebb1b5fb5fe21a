"""The playground in a real browser, as it is served: from an empty address to a stepped graph, and all that is around that."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from stepping_page import Page

from tools.documentation.fetch_axe import INTEGRITY, VERSION
from tools.playground.build import CACHE, OF_PYODIDE, build
from tools.playground.npm_packages import content, fetched

pytestmark = [pytest.mark.browser, pytest.mark.playground]

ROOT = Path(__file__).parents[2]
# Seconds, for a machine that does much else.
LONG = 240


def or_skip(fetch: Any) -> Any:
    """What needs npm and the registries: without them there is nothing to test, except in continuous integration."""
    try:
        return fetch()
    except OSError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the playground."""
    laid_out = tmp_path_factory.mktemp("site") / "playground"
    or_skip(lambda: build(laid_out))
    return laid_out


@contextmanager
def served(folder: Path, asked: list[str]) -> Iterator[str]:
    """The address of a server of a folder, which notes the paths that it is asked for."""

    class Noting(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/favicon.ico":
                # Browsers ask for it by themselves, some time after the page is there.
                self.send_response_only(204)
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *arguments: Any) -> None:
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Noting, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address of a site whose only page is the playground."""
    with served(folder.parent, []) as address:
        yield address


class Playground:
    """The page, as a person uses it."""

    def __init__(self, driver: Any, site: str) -> None:
        self.driver = driver
        self.site = site

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def prefer(self, scheme: str) -> None:
        """Be a reader who prefers a light or a dark page."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def find(self, name: str) -> Any:
        return self.driver.find_element("id", name)

    def until(self, condition: Any) -> Any:
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, LONG, 0.05).until(lambda _: condition())

    def open(self, address: str = "") -> None:
        """Load the page anew, and wait for what it shows first."""
        self.driver.get("about:blank")
        self.driver.get(f"{self.site}playground/index.html{address}")
        self.wait()

    def go(self, address: str) -> None:
        """Follow a link to another state of the page, which stays loaded."""
        self.run("for (const one of document.getElementById('output').children) one.id = 'old'")
        self.run("location.hash = arguments[0]", address)
        self.until(lambda: self.run("return !document.getElementById('old')"))
        self.wait()

    def wait(self) -> None:
        """Wait until Python is there and has done what was asked."""
        ready = "return document.body.dataset.state === 'ready' && document.getElementById('output').children.length > 0"
        self.until(lambda: self.run(ready))

    def program(self, text: str) -> None:
        self.go("#code=" + quote(text))

    @property
    def shown(self) -> str:
        return str(self.find("output").text)

    @property
    def state(self) -> tuple[str, str, list[str]]:
        """The mode, what is typed, and the numbers."""
        mode = self.run("return document.getElementById('form').elements.mode.value")
        field = self.find("code" if mode == "code" else "expression")
        fields = self.driver.find_elements("css selector", "#numbers input") if mode != "code" else []
        return mode, field.get_property("value"), [f"{one.get_property('name')}={one.get_property('value')}" for one in fields]

    def inside(self, number: int = 0) -> None:
        """Go into the frame of a result."""
        frames = self.driver.find_elements("css selector", "#output iframe")
        self.driver.switch_to.frame(frames[number])

    def steps(self) -> Page:
        """The steps in the first frame."""
        self.inside()
        page = Page(self.driver)
        self.until(lambda: page.run("return Boolean(root && host.dataset.count)"))
        return page

    def out(self) -> None:
        self.driver.switch_to.default_content()


@pytest.fixture(scope="module")
def loaded(chromium: Any, site: str) -> Playground:
    """The page with its Python, for all tests: loading it takes longer than all else."""
    playground = Playground(chromium, site)
    playground.open()
    return playground


@pytest.fixture
def page(loaded: Playground) -> Iterator[Playground]:
    loaded.prefer("light")
    loaded.out()
    if not loaded.driver.current_url.startswith(loaded.site):
        # A test that failed has left another page.
        loaded.open()
    loaded.driver.get_log("browser")
    yield loaded
    loaded.out()
    errors = [entry["message"] for entry in loaded.driver.get_log("browser") if entry["level"] == "SEVERE"]
    assert not errors, errors


def requested(driver: Any) -> set[str]:
    """The addresses that anything in the browser has asked for, workers and frames too."""
    addresses = set()
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            addresses.add(message["params"]["request"]["url"])
    return {address for address in addresses if not address.startswith(("data:", "blob:", "about:", "chrome:"))}


def test_from_an_empty_address_to_a_stepped_graph(page: Playground) -> None:
    page.driver.get_log("performance")
    page.open()
    steps = page.steps()
    assert (steps.step, steps.count) == (0, 9)
    steps.click("last")
    assert steps.sentence == "Backward: ∂L/∂b = ∂L/∂v₁ · ∂v₁/∂b = (−2) · 2 = −4."
    # Dragging a leaf moves everything, in the page alone.
    drag = (
        "const slider = root.querySelector('.leaves [aria-label=a]'); slider.value = 4; slider.dispatchEvent(new Event('input'))"
    )
    steps.run(drag)
    assert [box["value"] for box in steps.numbers() if box["title"].startswith("L = ")] == ["−12"]
    page.out()
    assert page.state == ("step", "L = c * (a + 2 * b)", ["c=-2", "a=3", "b=1"])
    own = {address for address in requested(page.driver) if not re.fullmatch(re.escape(page.site) + "playground/.*", address)}
    assert own == set(), "only what the site serves is asked for"
    names = page.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert names and all(name.startswith((page.site, "blob:")) for name in names)


def test_what_is_served_is_five_files_of_pyodide_and_the_page(folder: Path) -> None:
    assert sorted(path.name for path in (folder / "pyodide").iterdir()) == sorted(OF_PYODIDE)
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 18_000_000
    # Nothing of the page names another host, but for links that a person may follow.
    for path in (*folder.glob("*.js"), *folder.glob("*.css"), folder / "index.html"):
        text = re.sub(r'<a href="https://[^"]*"', "", path.read_text(encoding="utf-8"))
        assert not re.search(r"https?://(?!localhost)", text), path


def test_no_program_reaches_another_host(page: Playground, tmp_path: Path) -> None:
    asked: list[str] = []
    with served(tmp_path, asked) as other:
        request = f'request = XMLHttpRequest.new()\nrequest.open("GET", "{other}", False)\nrequest.send()'
        page.program(f"from js import XMLHttpRequest\n{request}")
        assert "NetworkError" in page.shown
        picture = f'<img alt="" src="{other}picture"><script src="{other}script"></script><iframe src="{other}frame"></iframe>'
        page.program(f"class Picture:\n    def _repr_html_(self):\n        return '<p>here</p>{picture}'\nPicture()")
        page.inside()
        page.until(lambda: page.run("return document.readyState === 'complete' && document.images[0].complete"))
        page.out()
        assert asked == []
        page.driver.get(other)
        assert asked == ["/"], "it can be reached"
    refused = [entry["message"] for entry in page.driver.get_log("browser") if entry["level"] == "SEVERE"]
    assert any("Content Security Policy" in message for message in refused)
    page.open()


def test_results_stay_in_their_frame(page: Playground) -> None:
    page.program("""class Bad:
    def _repr_html_(self):
        return '<script>try { parent.document.title = "mine" } catch (error) { document.body.append("refused") }</script>'
Bad()""")
    page.inside()
    page.until(lambda: "refused" in page.run("return document.body.textContent"))
    page.out()
    assert page.driver.title == "Playground – Chalkgrad"


def test_graph_check_and_step_of_an_expression(page: Playground) -> None:
    page.go("#step=tanh(a*b)&a=0.5&b=2")
    page.driver.find_element("css selector", "input[value=check]").click()
    page.wait()
    page.inside()
    page.until(lambda: page.run("return document.querySelectorAll('td').length"))
    assert page.run("return document.querySelector('tbody tr').innerText").split()[0] == "∂L/∂a"
    verdicts = "return [...document.querySelectorAll('tr td:last-child')].map(cell => cell.textContent)"
    assert page.run(verdicts) == ["right", "right"]
    page.out()
    page.driver.find_element("css selector", "input[value=draw]").click()
    page.wait()
    page.inside()
    drawn = "return document.querySelector('.chalkgrad-drawing')?.shadowRoot?.querySelector('svg title')?.textContent"
    assert page.until(lambda: page.run(drawn)).startswith("Computation graph of L")
    page.out()
    assert page.run("return location.hash") == "#draw=tanh(a*b)&a=0.5&b=2"
    height = page.run("return document.querySelector('iframe').offsetHeight")
    assert page.until(lambda: page.run("return document.querySelector('iframe').offsetHeight") not in (0, 320)), height


def test_typing_an_expression(page: Playground) -> None:
    from selenium.webdriver.common.keys import Keys

    page.go("#step=a*b&a=2&b=3")
    field = page.find("expression")
    field.clear()
    field.send_keys("x1 + 1e2*sin(b) - pi*w_2")
    assert page.state[2] == ["x1=1", "b=3", "w_2=1"], "numbers stay, and new names stand for 1"
    number = page.driver.find_element("name", "x1")
    number.clear()
    number.send_keys("1/2", Keys.ENTER)
    page.until(lambda: "x1=1/2" in page.run("return location.hash"))
    page.wait()
    steps = page.steps()
    assert "x₁" in steps.run("return root.querySelector('svg').textContent")
    page.out()
    field = page.find("expression")
    field.clear()
    field.send_keys("2(a + b)", Keys.ENTER)
    page.until(lambda: "a product needs its sign" in page.shown)
    assert page.shown == "a product needs its sign: write 2*(a + b) instead of 2(a + b)"


def test_a_program(page: Playground) -> None:
    page.program("a, b = Value(3, 'a'), Value(2, 'b')\nprint('the product')\na * b")
    assert page.shown == "the product\nValue(6.0)"
    page.program("def f(x):\n    return 1 / x\n\nf(Value(0, 'x'))")
    said = page.shown.splitlines()
    assert said[:2] == ["line 4: f(Value(0, 'x'))", "line 2, in f: return 1 / x"]
    assert said[2].startswith("ZeroDivisionError: ") and said[3:] == ["all lines of the traceback"]
    assert page.driver.find_element("css selector", "#output .error").get_attribute("role") == "alert"
    page.program("import numpy")
    assert page.shown.splitlines()[1] == (
        "ModuleNotFoundError: No module named 'numpy'. NumPy is not to be had in the playground."
    )
    page.program("vectorize(lambda x: Value(2.0) * x, 1.0)")
    assert "ModuleNotFoundError: vectorize needs the library numpy, which is not installed" in page.shown


def test_a_new_line_of_a_program_begins_where_the_one_before_does(page: Playground) -> None:
    from selenium.webdriver.common.keys import Keys

    page.program("1")
    field = page.find("code")
    field.clear()
    field.send_keys("def f(x):", Keys.ENTER, "y = x", Keys.ENTER, "return y")
    assert field.get_property("value") == "def f(x):\n    y = x\n    return y"
    field.send_keys(Keys.ENTER, Keys.BACKSPACE * 4, "f(7)", Keys.CONTROL + Keys.ENTER)
    page.until(lambda: page.shown == "7")


TEXTS = [
    "x = Value(2, 'σ')\nprint('100 % & # = + ?', \"'\")\nx",
    "# 日本語 🙂\n" + "\n".join(f"print({number}, 'line {number}')" for number in range(60)),
]


@pytest.mark.parametrize("text", TEXTS, ids=["short", "long"])
def test_the_address_holds_the_program(page: Playground, text: str) -> None:
    page.program(text)
    before, address = page.shown, page.run("return location.hash")
    assert address.startswith("#code=" if len(text) < 100 else "#deflated=") and len(address) < 500
    page.program("'another'")
    assert page.shown == "'another'"
    page.go(address)
    assert (page.shown, page.state) == (before, ("code", text, []))
    assert page.run("return location.hash") == address


def test_addresses_that_hold_nothing(page: Playground) -> None:
    for address in ("#deflated=AAAA", "#nothing=1", "#code=%E0%A4%A"):
        page.program("1")
        page.go(address)
        assert page.shown.startswith("The address holds nothing that can be read; here is an example.")
        assert page.state[:2] == ("step", "L = c * (a + 2 * b)")


def test_the_examples(page: Playground) -> None:
    titles = page.run("return EXAMPLES.map(example => example.title)")
    assert len(titles) >= 5
    for number, title in enumerate(titles):
        page.run("for (const one of document.getElementById('output').children) one.id = 'old'")
        chosen = "const field = document.getElementById('examples'); field.value = arguments[0];"
        page.run(chosen + "field.dispatchEvent(new Event('change', {bubbles: true}))", str(number))
        page.until(lambda: page.run("return !document.getElementById('old')"))
        page.wait()
        assert not page.driver.find_elements("css selector", ".error"), (title, page.shown)
    assert "learns XOR" in titles[3]


def test_readme_s_numbers_come_out_right(page: Playground) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"^```python\n(>>> .*?)^```", readme, re.MULTILINE | re.DOTALL))
    examples = examples.partition(">>> program")[0]
    assert examples.count(">>>") > 5
    page.program(
        "import doctest\n"
        f"test = doctest.DocTestParser().get_doctest({examples!r}, {{}}, 'README', None, 0)\n"
        "result = doctest.DocTestRunner().run(test)\nresult.failed, result.attempted > 5"
    )
    assert page.shown.splitlines()[-1] == "(0, True)", page.shown


def test_stopping(page: Playground) -> None:
    page.program("1")
    page.run("document.getElementById('code').value = arguments[0]", "print('begins')\nwhile True: pass")
    page.find("run").click()
    page.until(lambda: page.shown == "begins")
    assert page.find("stop").is_enabled() and page.find("status").text == "Running …"
    page.find("stop").click()
    assert "Stopped. Python starts anew." in page.shown
    page.until(lambda: page.run("return document.body.dataset.state") == "ready")
    assert not page.find("stop").is_enabled()
    page.program("'it works again'")
    assert page.shown == "'it works again'"


def copied(page: Playground, button: str) -> str:
    page.driver.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": page.site}
    )
    page.find(button).click()
    page.until(lambda: page.find("status").text.endswith("is copied."))
    read = "navigator.clipboard.readText().then(arguments[0], error => arguments[0](String(error)))"
    return str(page.driver.execute_async_script(read))


def test_copying_the_link_and_the_script(page: Playground, tmp_path: Path) -> None:
    page.go("#step=c*(a+2*b)&a=3&b=1/4&c=-2")
    assert copied(page, "link") == f"{page.site}playground/index.html#step=c*(a+2*b)&c=-2&a=3&b=1/4"
    script = copied(page, "script")
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("steps.html\n", "") and (tmp_path / "steps.html").is_file()
    page.program("x = (")
    page.find("script").click()
    page.until(lambda: "SyntaxError" in page.shown or "was never closed" in page.shown)


def test_it_is_said_that_something_is_copied_however_soon_that_is(page: Playground) -> None:
    """Before Python says that it is done, say."""
    page.program("Value(2) * 3")
    page.run("navigator.clipboard.writeText = () => Promise.resolve()")
    page.find("script").click()
    page.until(lambda: page.find("script").is_enabled() and page.find("status").text == "The program is copied.")
    page.program("Value(2) * 4")
    assert page.find("status").text == ""
    page.open()


def test_where_nothing_may_be_copied_the_text_can_be_taken(page: Playground) -> None:
    page.program("Value(2) * 3")
    page.run("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.find("script").click()
    page.until(lambda: page.driver.find_elements("id", "given"))
    assert page.find("given").get_property("value") == "from autograd import Value\n\nprint(Value(2) * 3)\n"
    page.open()


def test_light_and_dark(page: Playground) -> None:
    page.go("#draw=a*b&a=2&b=3")

    def paper() -> list[str]:
        outside = page.run("return getComputedStyle(document.body).backgroundColor")
        page.inside()
        inside = page.run("return getComputedStyle(document.body).backgroundColor")
        page.out()
        return [outside, inside]

    light, dark = ["rgb(255, 255, 255)"] * 2, ["rgb(22, 25, 29)"] * 2
    assert paper() == light
    page.prefer("dark")
    assert paper() == dark
    choose = "localStorage.setItem('theme', arguments[0]); dispatchEvent(new Event('storage'))"
    page.run(choose, "light")
    page.until(lambda: paper() == light)
    page.run(choose, "auto")
    page.until(lambda: paper() == dark)
    page.run("localStorage.clear()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_it_can_be_read_and_used_by_everyone(page: Playground, scheme: str, width: int) -> None:
    axe = content(or_skip(lambda: fetched("axe-core", VERSION, INTEGRITY, CACHE)), "axe.min.js").decode()
    page.prefer(scheme)
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        for address in ("#step=c*(a+2*b)&a=3&b=1&c=-2", "#check=a*b&a=2&b=0", "#code=" + quote("print('a')\n1/0")):
            page.go(address)
            if "iframe" in page.find("output").get_attribute("innerHTML"):
                page.inside()
                page.until(lambda: page.run("return document.readyState === 'complete'"))
                assert serious(page, axe) == []
                page.out()
            assert serious(page, axe) == []
            assert page.run("return document.documentElement.scrollWidth") <= width
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def serious(page: Playground, axe: str) -> list[str]:
    page.run(axe)
    script = "axe.run(document, {iframes: false}).then(found => arguments[0](found.violations), why => arguments[0](String(why)))"
    violations = page.driver.execute_async_script(script)
    assert isinstance(violations, list), violations
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in ("serious", "critical")]


def test_by_keyboard_alone(page: Playground) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    page.go("#step=a*b&a=2&b=3")
    page.run("document.activeElement.blur()")
    visited: list[str] = []
    while "IFRAME" not in visited and len(visited) < 20:
        ActionChains(page.driver).send_keys(Keys.TAB).perform()
        visited.append(page.run("const one = document.activeElement; return one.id || one.name || one.tagName"))
    order = [name for name in visited if name in ("mode", "examples", "expression", "a", "b", "run", "link", "script", "IFRAME")]
    assert order == ["mode", "examples", "expression", "a", "b", "run", "link", "script", "IFRAME"]


def test_the_end_of_python_itself_is_not_that_of_the_page(page: Playground) -> None:
    page.program("import os\nos.abort()")
    page.until(lambda: "Python itself has failed, and starts anew" in page.shown)
    page.until(lambda: page.run("return document.body.dataset.state") == "ready")
    page.driver.get_log("browser")
    page.program("'it works again'")
    assert page.shown == "'it works again'"


def test_a_site_that_lacks_files_says_so(page: Playground, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "playground", ignore=shutil.ignore_patterns("pyodide"))
    with served(tmp_path, []) as address:
        page.driver.get(f"{address}playground/index.html")
        page.until(lambda: "Python can't be loaded" in page.shown)
        shutil.copytree(folder / "pyodide", tmp_path / "playground" / "pyodide")
        page.find("run").click()
        page.until(lambda: page.driver.find_elements("css selector", "#output iframe"))
    page.driver.get_log("browser")
    page.open()


def test_from_disk_the_page_says_what_it_needs(page: Playground, folder: Path) -> None:
    page.driver.get((folder / "index.html").as_uri())
    page.until(lambda: page.shown)
    assert "python -m http.server -d out/site" in page.shown and page.shown.count("\n") == 0
    page.open()
