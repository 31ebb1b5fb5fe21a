"""The page of a training in a real browser: slider, keys, playing, themes, phones, and no word to any network."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jupyter_server_of_its_own import Jupyter, wait_for
from stepping_page import requests_of

import nn
from nn.watching.presenting import present

pytestmark = pytest.mark.browser
XOR = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
WHITE, DARK = "rgb(255, 255, 255)", "rgb(22, 25, 29)"


@cache
def xor() -> nn.Recording:
    network = nn.MLP(2, [2, 1], seed=0)
    run = nn.watch(network, frames=21)
    optimizer = nn.SGD(network.parameters(), 1.0)
    nn.train(network, lambda x, y: nn.binary_cross_entropy_from_logit(network(x), y), XOR, epochs=200, optimizer=optimizer,
             progress=False, watch=run)  # fmt: skip
    return run


@cache
def large() -> nn.Recording:
    network = nn.MLP(2, [14, 14, 1], seed=0)
    run = nn.watch(network, frames=5)
    nn.train(network, lambda x, y: nn.hinge(network(x), 2 * y - 1), XOR, epochs=20, optimizer=nn.Adam(network.parameters(), 0.1),
             progress=False, watch=run)  # fmt: skip
    return run


class Page:
    """One training in a browser."""

    def __init__(self, driver: Any, number: int = 0) -> None:
        self.driver = driver
        self.number = number

    def run(self, script: str, *arguments: Any) -> Any:
        start = f"const host = document.querySelectorAll('.chalkgrad-training')[{self.number}], root = host && host.shadowRoot;"
        return self.driver.execute_script(start + script, *arguments)

    def click(self, name: str) -> None:
        self.run("return root.querySelector(arguments[0])", f"button[name={name}]").click()

    def press(self, key: str, selector: str = "section") -> None:
        from selenium.webdriver.common.keys import Keys

        self.run("return root.querySelector(arguments[0])", selector).send_keys(getattr(Keys, key, key))

    def slide(self, to: int) -> None:
        self.run(
            "const slider = root.querySelector('[type=range]'); slider.value = arguments[0];"
            "slider.dispatchEvent(new Event('input'))",
            to,
        )

    @property
    def frame(self) -> int:
        return int(self.run("return host.dataset.frame"))

    @property
    def sentence(self) -> str:
        return str(self.run("return root.querySelector('.sentence').textContent"))

    def attributes(self, selector: str, *names: str) -> list[list[str]]:
        found: list[list[str]] = self.run(
            "return [...root.querySelectorAll(arguments[0])].map(one => arguments[1].map(name => one.getAttribute(name)))",
            selector,
            list(names),
        )
        return found

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.run("return [...root.querySelectorAll(arguments[0])].map(one => one.textContent)", selector)
        return found


def opened(browser: Any, run: nn.Recording, folder: Path) -> Page:
    browser.get(run.save(folder / "training.html").as_uri())
    return Page(browser)


def test_the_slider_moves_every_picture(browser: Any, tmp_path: Path) -> None:
    run = xor()
    changes = present(run.recorded()).changes
    page = opened(browser, run, tmp_path)
    assert page.frame == 20, "it opens at the end"
    for frame in (20, 0, 7, 19):
        page.slide(frame)
        assert page.frame == frame and page.sentence == changes["sentences"][frame]
        assert [[path] for [path] in page.attributes(".region", "d")] == [
            list(one["regions"][frame]) for one in changes["spaces"]
        ]
        assert page.attributes(".marker", "transform") == [["translate({},{})".format(*changes["markers"][frame])]]
        weights, largest = run.frames[frame].parameters, changes["network"]["largest"][0]
        widths = {int(place): float(width) for [place], [width] in zip(
            page.attributes(".line", "data-place"), page.attributes(".line .weight", "stroke-width"), strict=True)}  # fmt: skip
        assert widths == pytest.approx({place: max(0.4, 9 * abs(one) / largest) for place, one in enumerate(weights)}, rel=1e-5)
        signs = page.run("return [...root.querySelectorAll('.line .weight')].map(one => one.classList.contains('negative'))")
        places = [int(place) for [place] in page.attributes(".line", "data-place")]
        assert signs == [weights[place] < 0 for place in places]
        wrong = page.run("return [...root.querySelectorAll('.point')].map(one => one.classList.contains('wrong'))")
        assert wrong[:4] == wrong[4:] and f"{4 - sum(wrong[:4])} of 4 right" in page.sentence
    assert page.attributes("[type=range]", "aria-valuetext") == [[page.sentence]]


def test_the_pictures_of_the_last_frame_are_those_that_were_drawn(browser: Any, tmp_path: Path) -> None:
    for run in (xor(), large()):
        path = run.save(tmp_path / "training.html")
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            browser.get(path.as_uri())
        finally:
            browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        read = (
            "return [...{}.querySelectorAll('.region, .bars, .marker, .point, .label, .label text, .weight')].map(one =>"
            "[...one.attributes].map(a => a.name + (isNaN(a.value) ? a.value : (+a.value).toFixed(1))).sort().join() +"
            "(one.matches('.label') ? one.textContent : ''))"
        )
        still = browser.execute_script(read.format("document"))
        assert len(still) > 5
        browser.get(path.as_uri())
        page = Page(browser)
        assert page.run(read.format("root")) == still
        page.slide(1)
        page.click("last")
        assert page.run(read.format("root")) == still


def test_points_move_in_the_h_space_with_their_labels(browser: Any, tmp_path: Path) -> None:
    run = xor()
    page = opened(browser, run, tmp_path)
    model = run.model.layers[0]  # type: ignore[attr-defined]
    for frame in (0, 20):
        page.slide(frame)
        for parameter, number in zip(run.model.parameters(), run.frames[frame].parameters, strict=True):
            parameter.data = number
        hidden = [[one.data for one in model(x)] for x, _ in XOR]
        found = [
            text.split("(")[1].rstrip(")").split(",") for [text] in page.attributes(".space:nth-child(2) .point", "transform")
        ]
        # As far apart as they are, in units of the picture.
        (x0, y0), (x1, y1) = ([float(one) for one in found[place]] for place in (0, 3))
        scale = (x1 - x0) / (hidden[3][0] - hidden[0][0])
        assert scale > 50
        assert y1 - y0 == pytest.approx(-scale * (hidden[3][1] - hidden[0][1]), abs=3)
        labels = page.attributes(".space:nth-child(2) .label", "transform")
        assert [[f"translate({x},{y})"] for x, y in found] == labels
    assert sorted(page.texts(".space:nth-child(1) .label")) == ["(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"]
    for parameter, number in zip(run.model.parameters(), run.frames[0].parameters, strict=True):
        parameter.data = number


def test_gradients_and_numbers(browser: Any, tmp_path: Path) -> None:
    run = xor()
    page = opened(browser, run, tmp_path)
    page.slide(4)
    frame = run.frames[4]
    page.run("root.querySelector('[type=checkbox]').click()")
    assert page.texts(".network > .title") == ["network: gradients of the loss"]
    places = [int(place) for [place] in page.attributes(".line", "data-place")]
    signs = page.run("return [...root.querySelectorAll('.line .weight')].map(one => one.classList.contains('negative'))")
    assert signs == [frame.gradients[place] < 0 for place in places]

    def read(text: str) -> float:
        return float(text.replace("−", "-"))

    rows = [(name, *map(read, row)) for name, *row in page.run(
        "return [...root.querySelectorAll('tbody tr')].map(row => [...row.children].map(cell => cell.textContent))")]  # fmt: skip
    assert [row[0] for row in rows] == present(run.recorded()).changes["network"]["names"]
    assert [row[1] for row in rows] == pytest.approx(list(frame.parameters), rel=6e-4)
    assert [row[2] for row in rows] == pytest.approx(list(frame.gradients), rel=6e-4)
    title = page.texts(".line title")[places.index(3)]
    assert title.startswith("w^[1]₂₂ = ") and read(title.split(" = ")[1].split(",")[0]) == pytest.approx(
        frame.parameters[3], rel=6e-4
    )
    assert read(title.split("gradient ")[1]) == pytest.approx(frame.gradients[3], rel=6e-4)
    page.run("root.querySelector('[type=checkbox]').click()")
    assert page.texts(".network > .title") == ["network: weights"]


def test_arrays(browser: Any, tmp_path: Path) -> None:
    run = large()
    page = opened(browser, run, tmp_path)
    assert page.run("return root.querySelectorAll('.cells').length") == 6
    seen = []
    for frame, click in ((0, False), (4, False), (0, True)):
        page.slide(frame)
        if click:
            page.run("root.querySelector('[type=checkbox]').click()")
        seen.append([address for [address] in page.attributes(".cells", "href")])
        # The pixels of the first array are its numbers.
        alphas = browser.execute_async_script(
            "const done = arguments[0], root = document.querySelector('.chalkgrad-training').shadowRoot, image = new Image();"
            "image.onload = () => { const canvas = document.createElement('canvas'); canvas.width = image.width;"
            "  canvas.height = image.height; const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);"
            "  const data = context.getImageData(0, 0, image.width, image.height).data;"
            "  done([image.width, image.height, [...data].filter((_, k) => k % 4 === 3)]); };"
            "image.src = root.querySelector('.cells').getAttribute('href')"
        )
        numbers = [list(one.gradients if click else one.parameters)[:28] for one in run.frames]
        scale = max(abs(one) for some in numbers for one in some)
        assert alphas == [2, 14, [2 * round(127 * abs(one) / scale) for one in numbers[frame]]]
    assert seen[0] != seen[1] != seen[2]
    assert page.texts(".arrays > .title") == ["gradients of the loss: blue > 0, red < 0"]


def test_buttons_keys_and_playing(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, xor(), tmp_path)
    for key, frame in (("HOME", 0), ("ARROW_RIGHT", 1), ("ARROW_RIGHT", 2), ("ARROW_LEFT", 1), ("END", 20), ("ARROW_RIGHT", 20)):
        page.press(key)
        assert page.frame == frame, key
    for name, frame in (("first", 0), ("back", 0), ("next", 1), ("next", 2), ("back", 1), ("last", 20)):
        page.click(name)
        assert page.frame == frame, name
    page.press("ARROW_LEFT", "[type=range]")
    assert page.frame == 19
    page.press("SPACE")
    assert page.texts("[name=play]") == ["Pause"] and page.attributes("[name=play]", "aria-pressed") == [["true"]]
    # It stops at the end, and begins anew from there.
    wait_for(
        browser,
        "return document.querySelector('.chalkgrad-training').shadowRoot.querySelector('[name=play]').textContent === 'Play'",
    )
    assert page.frame == 20
    page.click("play")
    wait_for(browser, "return +document.querySelector('.chalkgrad-training').dataset.frame > 2")
    page.click("play")
    stopped = page.frame
    assert 2 < stopped <= 20 and page.attributes(".sentence", "aria-live") == [["polite"]]
    browser.execute_async_script("setTimeout(arguments[0], 300)")
    assert page.frame == stopped


def test_no_key_leaves_it_and_no_request_is_made(browser: Any, tmp_path: Path) -> None:
    listen = "".join(
        f"document.addEventListener('{kind}', event => heard.push(event.type));" for kind in ("keydown", "keypress", "keyup")
    )
    text = f"<!doctype html><meta charset='utf-8'><script>const heard = [];{listen}</script>{xor().html()}"
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    browser.get_log("performance")
    browser.get((tmp_path / "page.html").as_uri())
    page = Page(browser)
    for selector in ("section", "[type=range]", "[name=next]", "[type=checkbox]", "summary", ".table"):
        if selector == ".table":
            page.run("root.querySelector('details').open = true")
        page.press("ARROW_LEFT", selector)
        page.press("dd00zxc", selector)
    assert browser.execute_script("return heard") == []
    page.slide(3)
    asked = [one for one in requests_of(browser) if not one.startswith("data:")]
    assert [one for one in asked if not one.endswith("page.html")] == []


def test_a_strict_page_lets_it_run(browser: Any, tmp_path: Path, served: Any) -> None:
    text = large().save(tmp_path / "training.html").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    (tmp_path / "strict.html").write_text(text.replace(
        '<meta charset="utf-8">', f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
    ), encoding="utf-8")  # fmt: skip
    browser.get(served("strict.html"))
    page = Page(browser)
    page.slide(1)
    assert page.frame == 1
    browser.get_log("browser")  # the browser asks for an icon by itself, which the policy refuses


def test_several_on_a_page_that_stays_as_it_is(browser: Any, tmp_path: Path) -> None:
    text = f"<!doctype html><meta charset='utf-8'><p id=own>text</p>{xor().html()}{large().html()}{xor().html()}"
    (tmp_path / "two.html").write_text(text, encoding="utf-8")
    browser.get((tmp_path / "two.html").as_uri())
    pages = [Page(browser, number) for number in range(3)]
    pages[1].slide(2)
    pages[2].slide(5)
    assert [page.frame for page in pages] == [20, 2, 5]
    assert browser.execute_script("return getComputedStyle(document.getElementById('own')).minHeight") in ("0px", "auto")


@pytest.mark.parametrize(("dark", "light"), [("dark", "light")])
def test_it_follows_the_theme_of_a_site(browser: Any, tmp_path: Path, dark: str, light: str) -> None:
    (tmp_path / "site.html").write_text(f"<!doctype html><meta charset='utf-8'><body>{xor().html()}", encoding="utf-8")
    browser.get((tmp_path / "site.html").as_uri())
    page = Page(browser)

    def papers() -> list[str]:
        found: list[str] = page.run(
            "return [getComputedStyle(root.querySelector('section')).backgroundColor,"
            "...[...root.querySelectorAll('.sheet')].map(one => getComputedStyle(one).fill)]"
        )
        return found

    assert papers() == [WHITE] * 5
    for theme, colour in ((dark, DARK), (light, WHITE)):
        browser.execute_script("document.documentElement.setAttribute('data-theme', arguments[0])", theme)
        assert papers() == [colour] * 5
    browser.execute_script("document.documentElement.removeAttribute('data-theme')")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    assert papers() == [DARK] * 5


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    size = {"width": 390, "height": 700, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("run", [xor, large])
def test_on_a_phone(phone: Any, tmp_path: Path, run: Any) -> None:
    page = opened(phone, run(), tmp_path)
    assert page.run("return document.documentElement.scrollWidth") == 390
    # Wherever one is, the slider is on the screen.
    for share in (0, 0.5, 1):
        page.run("window.scrollTo(0, arguments[0] * document.documentElement.scrollHeight)", share)
        top, bottom, width = page.run(
            "const box = root.querySelector('[type=range]').getBoundingClientRect(); return [box.top, box.bottom, box.width]"
        )
        assert 0 <= top < bottom <= 700 and width > 90


def test_a_screen_reader_finds_names(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, xor(), tmp_path)
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = {(node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node.get("ignored")}
    buttons = [("button", name) for name in ("First epoch", "Earlier epoch", "Play", "Later epoch", "Last epoch")]
    for role, name in (*buttons, ("slider", "Epoch"), ("checkbox", "Gradients")):
        assert (role, name) in named
    images = {name for role, name in named if role in ("image", "img")}
    assert {"x space", "h space", "mean loss", "network: weights"} <= images
    assert page.attributes(".sentence", "aria-live") == [["polite"]]


def test_in_a_frame_it_is_as_high_as_it_needs(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "frame.html").write_text(f"<!doctype html><meta charset='utf-8'><body>{xor()._mime_()[1]}", encoding="utf-8")
    browser.get((tmp_path / "frame.html").as_uri())
    wait_for(
        browser, "return !!document.querySelector('iframe').contentDocument?.querySelector('.chalkgrad-training')?.shadowRoot"
    )
    wait_for(
        browser,
        "const frame = document.querySelector('iframe'); return frame.style.height.endsWith('px') &&"
        "Math.abs(frame.offsetHeight - frame.contentDocument.body.offsetHeight) < 2 && frame.offsetHeight > 300",
    )


def test_where_scripts_are_stripped_the_pictures_stay(browser: Any, tmp_path: Path) -> None:
    html = xor().html()
    # As programs that show untrusted notebooks do.
    stripped = html.split("<style>")[0] + "</div>"
    (tmp_path / "stripped.html").write_text(f"<!doctype html><meta charset='utf-8'><body>{stripped}", encoding="utf-8")
    browser.get((tmp_path / "stripped.html").as_uri())
    sizes = browser.execute_script("return [...document.querySelectorAll('img')].map(one => [one.naturalWidth, one.alt])")
    assert sizes == [[320, "The x space"], [320, "The h space"], [320, "The loss"], [320, "The network"]]


@pytest.mark.jupyterlab
def test_in_a_notebook(browser: Any, jupyter: Jupyter) -> None:
    cells = [
        "import nn\nnetwork = nn.MLP(2, [2, 1], seed=0)\nrun = nn.watch(network, frames=10)\n"
        "xor = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]\n"
        "history = nn.train(network, lambda x, y: nn.squared_error(network(x), y), xor, epochs=9, progress=False,\n"
        "                   optimizer=nn.SGD(network.parameters(), 0.1), watch=run)",
        "run",
    ]
    jupyter.write("training.ipynb", cells)
    browser.get(f"{jupyter.address}lab/tree/training.ipynb?reset")
    wait_for(browser, "return !!window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel")
    wait_for(browser, "return document.querySelectorAll('.jp-CodeCell').length === 2")
    browser.execute_script("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_for(browser, "return document.querySelector('.chalkgrad-training')?.shadowRoot?.querySelector('.region')")
    page = Page(browser)
    cells_before = (
        "return JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.toJSON().cells.map(one => one.source))"
    )
    before = browser.execute_script(cells_before)
    page.press("HOME")
    assert page.frame == 0
    page.press("ARROW_RIGHT")
    page.press("ddaabb00")
    assert page.frame == 1
    assert browser.execute_script(cells_before) == before
    browser.get("about:blank")
    browser.get_log("browser")  # JupyterLab's own remarks
