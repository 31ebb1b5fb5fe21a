"""Where the page of steps stands: in sites with a theme, in frames, on phones, on paper, and where scripts are stripped."""

from __future__ import annotations

import base64
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from drawn_graphs import random_graph, text_example
from stepping_page import Page

from autograd import Value, draw, step_through
from autograd.drawing.layout.layout import Direction

pytestmark = pytest.mark.browser
WHITE, DARK = "rgb(255, 255, 255)", "rgb(22, 25, 29)"
SITES = [
    ("body", "data-jp-theme-light", "false", "true"), ("html", "data-theme", "dark", "light"),
    ("body", "data-theme", "dark", "light"), ("body", "data-md-color-scheme", "slate", "default"),
    ("html", "data-bs-theme", "dark", "light"), ("html", "theme", "dark", "light"),
    ("body", "class", "vscode-dark", "vscode-light"),
]  # fmt: skip


def prefer(browser: Any, theme: str) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})


@pytest.mark.parametrize(("where", "attribute", "dark", "light"), SITES)
def test_it_follows_the_theme_of_a_site(browser: Any, tmp_path: Path, where: str, attribute: str, dark: str, light: str) -> None:
    output, _ = text_example()
    drawn = draw(output)._repr_mimebundle_()["text/html"]
    text = f"<!doctype html><html><head><meta charset='utf-8'></head><body>{step_through(output).html()}{drawn}</body></html>"
    (tmp_path / "site.html").write_text(text, encoding="utf-8")
    browser.get((tmp_path / "site.html").as_uri())
    page = Page(browser)

    def papers() -> list[str]:
        # What watches the site is told before the next task.
        found: list[str] = browser.execute_async_script(
            "const done = arguments[0]; setTimeout(() => done(["
            "getComputedStyle(document.querySelector('.chalkgrad-steps').shadowRoot.querySelector('section')).backgroundColor,"
            "getComputedStyle(document.querySelector('.chalkgrad-steps').shadowRoot.querySelector('.sheet')).fill,"
            "getComputedStyle(document.querySelector('.chalkgrad-drawing').shadowRoot.querySelector('.sheet')).fill]))"
        )
        return found

    def say(value: str) -> None:
        element = "document.body" if where == "body" else "document.documentElement"
        browser.execute_script(f"{element}.setAttribute(arguments[0], arguments[1])", attribute, value)

    assert papers() == [WHITE] * 3
    say(dark)
    assert papers() == [DARK] * 3
    assert page.run("return getComputedStyle(root.querySelector('[type=range]')).colorScheme") == "dark"
    say(light)
    assert papers() == [WHITE] * 3
    prefer(browser, "dark")
    assert papers() == [WHITE] * 3, "what the site says comes before what the system prefers"
    say("auto")
    assert papers() == [DARK] * 3


def test_old_browsers_have_colours_too(browser: Any, tmp_path: Path) -> None:
    path = step_through(text_example()[0]).save(tmp_path / "steps.html")
    assert "light-dark(" not in path.read_text(encoding="utf-8")
    assert "light-dark(" not in draw(text_example()[0]).svg(inline=True)
    # Without scripts too: there the picture stands in the page itself.
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(path.as_uri())
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    fill = "return getComputedStyle(document.querySelector('.chalkgrad-steps .sheet')).fill"
    assert browser.execute_script(fill) == WHITE
    prefer(browser, "dark")
    assert browser.execute_script(fill) == DARK


@pytest.fixture
def phone(browser: Any) -> Any:
    size = {"width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture
def finger(phone: Any) -> Any:
    """A phone whose buttons are as big as fingers."""
    phone.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    yield phone
    phone.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


@pytest.mark.parametrize("direction", ["right", "down"])
def test_nothing_of_a_small_graph_is_covered_on_a_phone(finger: Any, tmp_path: Path, direction: Direction) -> None:
    a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    finger.get(step_through(c * (a + 2 * b), direction=direction).save(tmp_path / "steps.html").as_uri())
    page = Page(finger)
    for _ in range(page.count):
        frame, sentence, verdict, controls, screen, hidden = page.run(
            "const bottom = one => root.querySelector(one).getBoundingClientRect().bottom;"
            "const outer = root.querySelector('.picture');"
            "return [bottom('.picture'), bottom('.sentence'), bottom('.verdict'),"
            "  root.querySelector('.controls').getBoundingClientRect().top, window.innerHeight,"
            "  Math.max(outer.scrollHeight - outer.clientHeight, outer.scrollWidth - outer.clientWidth)]"
        )
        assert frame < sentence < verdict <= controls < screen
        assert hidden <= 0, "the picture is whole"
        page.click("next")
    page.element("[type=checkbox]").click()
    page.click("back")
    page.click("next")
    field, controls = page.run(
        "return [root.querySelector('[name=answer]').getBoundingClientRect().bottom,"
        "  root.querySelector('.controls').getBoundingClientRect().top]"
    )
    assert field <= controls, "what is typed is seen"


@pytest.mark.parametrize("nodes", [5, 100, 1000])
def test_on_a_phone(phone: Any, tmp_path: Path, nodes: int) -> None:
    output = text_example()[0] if nodes == 5 else random_graph(1, nodes)
    stepper = step_through(output)
    phone.get(stepper.save(tmp_path / "steps.html").as_uri())
    page = Page(phone)
    visible = alone = 0
    for position in {0, *range(3, len(stepper), max(1, len(stepper) // 25)), len(stepper) - 1}:
        page.run(
            "const slider = root.querySelector('[type=range]'); slider.value = arguments[0];"
            "slider.dispatchEvent(new Event('input'));",
            position,
        )
        inside, thick, wide, reachable = page.run(
            "const outer = root.querySelector('.picture').getBoundingClientRect();"
            "const within = one => { const r = one.getBoundingClientRect(); return r.left >= outer.left - 1"
            "  && r.right <= outer.right + 1 && r.top >= outer.top - 1 && r.bottom <= outer.bottom + 1; };"
            "const buttons = [...root.querySelectorAll('.controls button, .controls [type=range]')];"
            "return [[...root.querySelectorAll('.node.current, .node.from, .edge.current path')].map(within),"
            "  parseFloat(getComputedStyle(root.querySelector('.node.current rect')).strokeWidth)"
            "    * parseFloat(root.querySelector('svg').style.transform.slice(6)),"
            "  document.documentElement.scrollWidth,"
            "  buttons.every(one => { const r = one.getBoundingClientRect(); const hit = root.elementFromPoint("
            "    (r.left + r.right) / 2, (r.top + r.bottom) / 2); return r.left >= 0 && r.right <= 360 && r.bottom <= 640"
            "    && (hit === one || one.contains(hit)); })]"
        )
        assert wide == 360, "the page doesn't scroll sideways"
        assert reachable, "the controls are on the screen"
        assert thick > 1.9, "the mark is seen however small the picture is"
        if all(inside):
            visible += 1
        else:
            # Where both ends would be dots, the one that changes is shown.
            alone += 1
            assert page.run(
                "const a = root.querySelector('.node.current').getBoundingClientRect();"
                "const b = root.querySelector('.picture').getBoundingClientRect();"
                "return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom"
            )
    assert alone == 0 or (nodes == 1000 and alone < visible)


def test_zooming(browser: Any, tmp_path: Path) -> None:
    browser.get(step_through(text_example()[0]).save(tmp_path / "steps.html").as_uri())
    page = Page(browser)

    def width() -> float:
        return float(page.run("return root.querySelector('svg').getBoundingClientRect().width"))

    natural = width()
    page.click("larger")
    assert width() == pytest.approx(1.25 * natural)
    page.press("+")
    assert width() == pytest.approx(1.25**2 * natural)
    page.press("-")
    page.click("smaller")
    page.click("smaller")
    assert width() == pytest.approx(0.8 * natural)
    assert page.run("return root.querySelector('.picture div').getBoundingClientRect().width") == pytest.approx(width(), abs=0.1)
    page.click("fit")
    assert width() == pytest.approx(natural)
    page.run(
        "root.querySelector('.picture').dispatchEvent(new WheelEvent('wheel', {deltaY: -200, ctrlKey: true, cancelable: true}))"
    )
    assert width() == pytest.approx(2 * natural)
    page.run("root.querySelector('.picture').dispatchEvent(new WheelEvent('wheel', {deltaY: -200, cancelable: true}))")
    assert width() == pytest.approx(2 * natural)


@pytest.mark.parametrize("height", [800, 500])
def test_the_picture_fits_in_height_too(browser: Any, tmp_path: Path, height: int) -> None:
    size = {"width": 1280, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for output, whole in ((text_example()[0], True), (random_graph(1, 100), False)):
            browser.get(step_through(output, direction="down").save(tmp_path / "steps.html").as_uri())
            page = Page(browser)

            def left_out(page: Page = page) -> float:
                return float(page.run("const one = root.querySelector('.picture'); return one.scrollHeight - one.clientHeight"))

            def scale(page: Page = page) -> float:
                return float(page.run("return parseFloat(root.querySelector('svg').style.transform.slice(6))"))

            assert (left_out() <= 0) == (whole and height == 800), "at first where it can be read then"
            assert scale() >= 0.6
            page.click("fit")
            assert left_out() <= 0
            assert page.run("const one = root.querySelector('.picture'); return one.scrollWidth <= one.clientWidth")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_page_that_is_shown_later_fits_then(browser: Any, tmp_path: Path) -> None:
    text = step_through(random_graph(3, 40)).html()
    page_text = f"<!doctype html><meta charset='utf-8'><div id='slide' style='display: none; width: 700px'>{text}</div>"
    (tmp_path / "slide.html").write_text(page_text, encoding="utf-8")
    browser.get((tmp_path / "slide.html").as_uri())
    page = Page(browser)
    browser.execute_script("document.querySelector('#slide').style.display = 'block'")
    transform = browser.execute_async_script(
        "const done = arguments[0]; requestAnimationFrame(() => setTimeout(() => done("
        "document.querySelector('.chalkgrad-steps').shadowRoot.querySelector('svg').style.transform)))"
    )
    assert transform == "scale(0.6)"
    assert page.step == 0


def test_direction(browser: Any, tmp_path: Path) -> None:
    browser.get(step_through(text_example()[0], direction="down").save(tmp_path / "steps.html").as_uri())
    tops = Page(browser).run(
        "return ['[data-node=\"1\"]', '[data-node=\"5\"]'].map(one => root.querySelector(one).getBoundingClientRect().top)"
    )
    assert tops[0] + 100 < tops[1], "b stands above L"


@pytest.mark.parametrize("kind", ["steps", "saved steps", "drawing", "saved drawing"])
def test_paper_has_the_whole_picture(browser: Any, tmp_path: Path, kind: str) -> None:
    output = random_graph(1, 100)
    path = tmp_path / "page.html"
    if kind == "saved steps":
        step_through(output).save(path)
    elif kind == "saved drawing":
        draw(output, "value").save(path)
    else:
        made = step_through(output).html() if kind == "steps" else draw(output, "value")._repr_mimebundle_()["text/html"]
        path.write_text(f"<!doctype html><meta charset='utf-8'>{made}", encoding="utf-8")
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 720, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        browser.get(path.as_uri())
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        left, right, bottom, top, hidden = browser.execute_script(
            "const host = document.querySelector('.chalkgrad-steps, .chalkgrad-drawing'), root = host?.shadowRoot ?? document;"
            "const svg = root.querySelector('svg'), frame = root.querySelector('.picture'), r = svg.getBoundingClientRect();"
            "const boxes = [...svg.querySelectorAll('.node')].map(one => one.getBoundingClientRect());"
            "return [Math.min(...boxes.map(b => b.left)), Math.max(...boxes.map(b => b.right)), r.bottom,"
            "  r.top, !frame || getComputedStyle(frame).overflow === 'visible']"
        )
        assert left >= 0 and right <= 720, "nothing is cut at the sides"
        assert bottom - top <= 1000, "it fits on a page"
        assert hidden
        printed = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
        assert printed.startswith(b"%PDF") and len(printed) > 10_000
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_in_a_frame(browser: Any, tmp_path: Path) -> None:
    """As marimo shows it: the frame's page is alive, as high as it needs, and as light or dark as the page around."""
    kind, html = step_through(text_example()[0])._mime_()
    assert kind == "text/html" and "<script" not in html, "scripts are in the frame only"
    (tmp_path / "frame.html").write_text(f"<!doctype html><body data-theme='dark'>{html}</body>", encoding="utf-8")
    browser.get((tmp_path / "frame.html").as_uri())
    frame = browser.find_element("css selector", "iframe")
    browser.switch_to.frame(frame)
    page = Page(browser)
    page.click("next")
    assert page.step == 1
    paper = "return getComputedStyle(root.querySelector('section')).backgroundColor"
    assert page.run(paper) == DARK
    needed = browser.execute_script("return document.body.offsetHeight")
    browser.switch_to.default_content()
    assert abs(frame.size["height"] - needed) <= 1 and needed > 300
    browser.execute_async_script("document.body.dataset.theme = 'light'; setTimeout(arguments[0])")
    browser.switch_to.frame(frame)
    assert page.run(paper) == WHITE
    browser.switch_to.default_content()


def test_where_scripts_are_stripped_it_says_what_to_do(browser: Any, tmp_path: Path) -> None:
    html = step_through(text_example()[0]).html()
    stripped = html[: html.index("<style>")] + "</div>"
    for name, text in (("stripped", stripped), ("alive", html)):
        (tmp_path / f"{name}.html").write_text(f"<!doctype html><meta charset='utf-8'>{text}", encoding="utf-8")
        browser.get((tmp_path / f"{name}.html").as_uri())
        hint = browser.find_element("css selector", ".chalkgrad-steps > p")
        assert unescape(hint.get_attribute("textContent")) == "Run this cell to step through it."
        assert hint.is_displayed() == (name == "stripped")
        picture = browser.find_element("css selector", ".chalkgrad-steps > img")
        assert picture.is_displayed() == (name == "stripped")


@pytest.mark.parametrize("live", [False, True], ids=["steps", "drawing"])
def test_styles_stay_inside(browser: Any, tmp_path: Path, live: bool) -> None:
    output = text_example()[0]
    html = draw(output, live=True).html() if live else step_through(output).html()
    around = "<p>a</p><button>b</button><section>c</section><svg width=10 height=10></svg><input type=range>"
    looks = (
        "return [...document.querySelectorAll('body > :is(p, button, section, svg, input)')].map(element => {"
        " const style = getComputedStyle(element); return [...style].map(name => name + ': ' + style.getPropertyValue(name)); })"
    )
    found = []
    for name, text in (("alone", ""), ("beside", html)):
        (tmp_path / f"{name}.html").write_text(f"<!doctype html><meta charset='utf-8'><body>{around}{text}", encoding="utf-8")
        browser.get((tmp_path / f"{name}.html").as_uri())
        found.append([[line for line in lines if not line.startswith("--")] for lines in browser.execute_script(looks)])
    assert len(found[0]) == 5 and found[0] == found[1]
