"""The lessons as slides in a real browser: no error, no other host, all of it within reach of the keyboard, steps that step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from stepping_page import Page, requests_of

pytestmark = [pytest.mark.browser, pytest.mark.site]
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
each_lesson = pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
SIZES = {"projector": (1280, 720), "phone": (390, 800)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The slides of all lessons."""
    from tools.slides.build import build

    made = tmp_path_factory.mktemp("slides")
    try:
        build(NOTEBOOKS, made)
    except OSError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    return made


@pytest.fixture
def window(browser: Any) -> Any:
    """The browser, whose window has its own size again afterwards."""
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def resize(browser: Any, size: str) -> None:
    width, height = SIZES[size]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def press(browser: Any, key: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    ActionChains(browser, duration=0).send_keys(getattr(Keys, key)).perform()


# Where one is, how far the slide is scrolled, and what is wrong with it.
STATE = """
const slide = Reveal.getCurrentSlide(), {h, v} = Reveal.getIndices(), wrong = [];
const scrolls = box => ["auto", "scroll"].includes(getComputedStyle(box).overflowY);
if (slide.scrollHeight > slide.clientHeight + 2 && !(scrolls(slide) && slide.tabIndex === 0)) wrong.push("can't be scrolled");
if (slide.getBoundingClientRect().height > innerHeight) wrong.push("taller than the window");
if (document.documentElement.scrollWidth > innerWidth || slide.scrollWidth > slide.clientWidth) wrong.push("too wide");
if (!slide.innerText.trim() && !slide.querySelector("img, [class^=chalkgrad]")) wrong.push("empty");
return [`${h}.${v}`, slide.scrollTop, slide.scrollHeight - slide.clientHeight, wrong];
"""


@each_lesson
@pytest.mark.parametrize("size", SIZES)
def test_the_keyboard_goes_through_all_that_there_is(window: Any, folder: Path, name: str, size: str) -> None:
    resize(window, size)
    window.get((folder / f"{name}.html").as_uri())
    total = window.execute_script("return Reveal.getTotalSlides()")
    place, top, room, wrong = window.execute_script(STATE)
    seen = [place]
    for _ in range(12 * total):
        assert wrong == [], f"{name} {place}"
        before = place
        press(window, "PAGE_DOWN")
        now, new_top, new_room, wrong = window.execute_script(STATE)
        if now != before:
            assert top >= room - 2, f"{before} was left before its end was seen"
            seen.append(now)
        elif new_top == top:
            break
        place, top, room = now, new_top, new_room
    assert len(seen) == len(set(seen)) == total
    press(window, "ARROW_LEFT")
    assert window.execute_script(STATE)[0] == seen[-2]
    asked = [address for address in requests_of(window) if not address.startswith(("file:", "data:", "about:", "blob:"))]
    assert asked == []


def go_to_steps(browser: Any, address: str) -> Page:
    browser.get(address)
    browser.execute_script(
        "const {h, v} = Reveal.getIndices(document.querySelector('.chalkgrad-steps').closest('section')); Reveal.slide(h, v)"
    )
    return Page(browser)


def test_steps_step_and_keep_their_keys(window: Any, folder: Path) -> None:
    resize(window, "projector")
    page = go_to_steps(window, (folder / "07_computation_graphs.html").as_uri())
    place = window.execute_script(STATE)[0]
    first = page.step
    page.click("next")
    assert page.step == first + 1
    page.press("ARROW_RIGHT")
    assert page.step == first + 2
    assert window.execute_script(STATE)[0] == place, "the arrow was for the steps"
    assert page.run("return root.querySelector('svg').getBoundingClientRect().width") > 200
    for _ in range(4):
        press(window, "PAGE_DOWN")
    assert window.execute_script(STATE)[0] != place, "a presenter's remote turns over from there too"


def test_each_picture_is_alive(window: Any, folder: Path) -> None:
    for path in NOTEBOOKS:
        window.get((folder / f"{path.stem}.html").as_uri())
        alive = window.execute_script(
            "return [...document.querySelectorAll('.chalkgrad-drawing, .chalkgrad-steps, .chalkgrad-training')]"
            ".map(host => Boolean(host.shadowRoot?.querySelector('svg')))"
        )
        assert alive == [True] * path.read_text(encoding="utf-8").count('class=\\"chalkgrad-')


def test_on_paper_every_slide_is_there_and_steps_are_finished(window: Any, folder: Path) -> None:
    page = go_to_steps(window, (folder / "07_computation_graphs.html").as_uri())
    window.execute_script("dispatchEvent(new Event('beforeprint'))")
    window.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        hidden = window.execute_script(
            "return [...document.querySelectorAll('.slides > section > section')]"
            ".filter(slide => !slide.checkVisibility({opacityProperty: true, visibilityProperty: true}) || !slide.offsetHeight)"
            ".length"
        )
        assert hidden == 0
        assert page.step == page.count - 1
    finally:
        window.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
