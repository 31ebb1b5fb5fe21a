"""What is typed into a live page stays there: the notebook around it, or the page, hears no key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from drawn_graphs import text_example
from jupyter_server_of_its_own import Jupyter, wait_for
from stepping_page import Page

from autograd import draw
from autograd.stepping import step_through
from nn import MLP, SGD, squared_error, train, watch

pytestmark = pytest.mark.browser
CELLS = [
    "from autograd import Value, step_through",
    "a, b, c = Value(3, 'a'), Value(1, 'b'), Value(-2, 'c')\nstep_through(c * (a + 2 * b))",
    "'a cell after it'",
]
# Twice each in a notebook, which has commands of two keys: d d deletes a cell, 0 0 restarts its kernel.
NAMED = ("ARROW_LEFT", "ARROW_RIGHT", "ARROW_UP", "ARROW_DOWN", "HOME", "END", "PAGE_UP", "PAGE_DOWN", "BACKSPACE", "DELETE",
         "SPACE", "ENTER", "ESCAPE")  # fmt: skip
TYPED = "abcdefghijklmnopqrstuvwxyz0123456789-+.,/'`"
WITH_CONTROL = "zycxvamsbjk/"  # not what closes a page, opens another, or searches in it
WITH_SHIFT = ("ARROW_UP", "ARROW_DOWN", "ENTER", "SPACE", *"jkmov")
# A summary opens and closes at its keys, and hides what is inside it: it comes last.
LEAVES = (".leaves [type=range]", ".leaves [inputmode=decimal]", ".leaves summary")
FOCUSED = ("section", "[type=range]", "[name=next]", "[name=play]", "[type=checkbox]", "[name=answer]", *LEAVES)


def press(browser: Any, *keys: str, control: bool = False, shift: bool = False) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    actions = ActionChains(browser, duration=0)
    held = [Keys.CONTROL] * control + [Keys.SHIFT] * shift
    for modifier in held:
        actions.key_down(modifier)
    for key in keys:
        actions.send_keys(getattr(Keys, key, key))
    for modifier in held:
        actions.key_up(modifier)
    actions.perform()


def ask(page: Page) -> None:
    """Bring the question before the last step up, and put the cursor into the field for the answer."""
    page.run(
        "const predict = root.querySelector('[type=checkbox]'); if (!predict.checked) predict.click();"
        "if (host.dataset.step !== '6') { const slider = root.querySelector('[type=range]');"
        "slider.value = 6; slider.dispatchEvent(new Event('input')); }"
        "if (root.querySelector('form').hidden) root.querySelector('[name=next]').click();"
        "root.querySelector('[name=answer]').focus();"
    )


def focus(page: Page, selector: str) -> None:
    if selector == "[name=answer]":
        ask(page)
    else:
        page.run("root.querySelector(arguments[0]).focus({preventScroll: true})", selector)
    assert page.run("return root.activeElement.matches(arguments[0])", selector), selector


def press_every_key(browser: Any, page: Page, focused: tuple[str, ...] = FOCUSED, times: int = 1) -> None:
    for selector in focused:
        for key in NAMED:
            focus(page, selector)
            press(browser, *[key] * times)
        focus(page, selector)
        press(browser, *(key for key in TYPED for _ in range(times)))
        press(browser, *(key for key in WITH_CONTROL for _ in range(times)), control=True)
        for key in WITH_SHIFT:
            focus(page, selector)
            press(browser, *[key] * times, shift=True)
        focus(page, selector)
        press(browser, "ENTER", control=True)


def check_that_it_obeys(browser: Any, page: Page) -> None:
    """Its own keys do what they are there for."""
    page.run("const predict = root.querySelector('[type=checkbox]'); if (predict.checked) predict.click();")
    focus(page, "section")
    for key, position in (("HOME", 0), ("ARROW_RIGHT", 1), ("ARROW_RIGHT", 2), ("ARROW_LEFT", 1), ("END", 8)):
        press(browser, key)
        assert page.step == position, key
    focus(page, "[name=back]")
    press(browser, "ENTER")
    press(browser, "SPACE")
    assert page.step == 6
    focus(page, "[type=range]")
    press(browser, "ARROW_LEFT")
    press(browser, "ARROW_DOWN")
    assert page.step == 4
    focus(page, "[type=checkbox]")
    press(browser, "SPACE")
    assert page.run("return root.querySelector('[type=checkbox]').checked")
    ask(page)
    page.element("[name=answer]").click()
    field = "return root.querySelector('[name=answer]').value"
    press(browser, *"dd0x5.5")
    assert page.run(field) == "dd0x5.5"
    press(browser, "BACKSPACE", "ARROW_LEFT", "ARROW_LEFT", "DELETE", "HOME", "1", "END")
    assert page.run(field) == "1dd0x."
    press(browser, "z", control=True)
    assert page.run(field) != "1dd0x."
    press(browser, "a", control=True)
    press(browser, "ARROW_LEFT", shift=True)
    press(browser, "a", control=True)
    press(browser, *"-4")
    press(browser, "a", control=True)
    press(browser, "x", control=True)
    assert page.run(field) == ""
    press(browser, "v", control=True)
    press(browser, "ENTER")
    assert page.step == 8 or page.step == 7
    assert page.run("return host.dataset.verdict") in ("right", "wrong"), "Enter hands the answer in"
    assert page.run("return root.querySelector('form').hidden && root.activeElement.matches('section')")
    ask(page)
    press(browser, "ESCAPE")
    assert page.run("return root.querySelector('form').hidden && root.activeElement.matches('section')"), "Escape leaves it"
    check_that_leaves_obey(browser, page)


def check_that_leaves_obey(browser: Any, page: Page) -> None:
    """Sliders and fields of leaves take their keys, none of which takes a step or zooms."""
    numbers = "return [...root.querySelectorAll('.leaves input')].slice(0, 2).map(input => input.value)"
    page.run("root.querySelector('.leaves details').open = true")
    page.run("const reset = root.querySelector('.leaves .reset'); if (!reset.hidden) reset.click();")
    place, width = page.run("return [host.dataset.step, root.querySelector('.picture svg').getBoundingClientRect().width]")
    first = page.run(numbers)
    focus(page, ".leaves [type=range]")
    press(browser, "ARROW_RIGHT", "ARROW_UP", "ARROW_LEFT")
    slider, field = page.run(numbers)
    assert slider == field and float(slider) > float(first[0])
    press(browser, "HOME")
    assert page.run(numbers)[1] == page.run("return root.querySelector('.leaves [type=range]').min")
    focus(page, ".leaves [inputmode=decimal]")
    press(browser, "a", control=True)
    press(browser, *"-1.5+", "BACKSPACE", "ENTER")
    assert page.run(numbers) == ["-1.5", "-1.5"]
    press(browser, "END", "BACKSPACE", "BACKSPACE", "HOME", "DELETE", "SPACE")
    assert page.run(numbers) == ["1", " 1"]
    assert [place, width] == page.run(
        "return [host.dataset.step, root.querySelector('.picture svg').getBoundingClientRect().width]"
    )
    focus(page, ".leaves summary")
    press(browser, "ENTER")
    assert page.run("return root.querySelector('.leaves details').open") is False
    press(browser, "SPACE")
    assert page.run("return root.querySelector('.leaves details').open")


DOCUMENT = """
const panel = window.jupyterapp.shell.currentWidget, notebook = panel.content;
return JSON.stringify([
  notebook.model.toJSON(), notebook.mode, notebook.activeCellIndex, notebook.selectedCells.length,
  panel.context.model.dirty, panel.sessionContext.session.kernel.status, document.querySelectorAll('.jp-Dialog').length]);
"""
LISTEN = """
window.heard = [];
const panel = window.jupyterapp.shell.currentWidget;
window.jupyterapp.commands.commandExecuted.connect((_, command) => window.heard.push(command.id));
"""


@pytest.mark.jupyterlab
@pytest.mark.parametrize("program", ["lab/tree", "notebooks"])
def test_in_a_notebook(browser: Any, jupyter: Jupyter, program: str) -> None:
    name = f"keys_{program[:3]}.ipynb"
    jupyter.write(name, CELLS)
    browser.get(f"{jupyter.address}{program}/{name}?reset")
    wait_for(browser, "return !!window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel")
    wait_for(browser, "return document.querySelectorAll('.jp-CodeCell').length === 3")
    browser.execute_script("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_for(browser, "return document.querySelector('.chalkgrad-steps')?.shadowRoot?.querySelector('.node')")
    wait_for(browser, "return document.querySelectorAll('.jp-OutputArea-output').length >= 2")
    wait_for(browser, "return window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    browser.execute_async_script(
        "const done = arguments[0]; window.jupyterapp.shell.currentWidget.context.save().then(() => done(), done)"
    )
    page = Page(browser)
    page.element("section").click()
    before = browser.execute_script(DOCUMENT)
    assert '"command"' in before and '"idle"' in before
    browser.execute_script(LISTEN)
    press_every_key(browser, page, times=2)
    check_that_it_obeys(browser, page)
    assert browser.execute_script(DOCUMENT) == before
    # A key in the notebook itself is its own, and comes after all that were pressed before.
    browser.execute_script(
        "const notebook = window.jupyterapp.shell.currentWidget.content; document.activeElement.blur();"
        "notebook.activeCellIndex = 1; notebook.mode = 'command'; notebook.activeCell.node.focus();"
    )
    press(browser, "k")
    wait_for(browser, "return window.heard.includes('notebook:move-cursor-up')")
    assert browser.execute_script("return window.heard") == ["notebook:move-cursor-up"]
    browser.get("about:blank")
    browser.get_log("browser")  # JupyterLab's own remarks


class Widget(Page):
    """A live page of another kind."""

    def __init__(self, driver: Any, kind: str) -> None:
        super().__init__(driver)
        self.kind = kind

    def run(self, script: str, *arguments: Any) -> Any:
        start = "const host = document.querySelector(`.chalkgrad-${arguments[arguments.length - 1]}`), root = host.shadowRoot;"
        return self.driver.execute_script(start + script, *arguments, self.kind)


def open_in_a_plain_page(browser: Any, folder: Path, html: str) -> None:
    """What is shown, in a page that puts all that it hears into `heard`."""
    # Where nothing can be edited, a browser sends "copy" to where something was last selected.
    listen = "".join(
        f"document.addEventListener('{kind}', event => event.target.shadowRoot && heard.push(event.type + ' ' + event.key));"
        for kind in ("keydown", "keypress", "keyup", "beforeinput", "input", "copy", "cut", "paste")
    )
    (folder / "page.html").write_text(
        f"<!doctype html><meta charset='utf-8'><script>const heard = [];{listen}</script>{html}<p style='height:3000px'>",
        encoding="utf-8",
    )
    browser.get((folder / "page.html").as_uri())


def test_in_a_plain_page(browser: Any, tmp_path: Path) -> None:
    open_in_a_plain_page(browser, tmp_path, step_through(text_example()[0]).html())
    page = Page(browser)
    press_every_key(browser, page)
    check_that_it_obeys(browser, page)
    assert browser.execute_script("return heard") == []
    focus(page, "section")
    press(browser, "TAB")
    assert page.run("return root.activeElement.matches('[name=first]')"), "Tab goes on through the page's controls"


def test_in_a_live_drawing(browser: Any, tmp_path: Path) -> None:
    open_in_a_plain_page(browser, tmp_path, draw(text_example()[0], live=True).html())
    press_every_key(browser, Widget(browser, "live"), LEAVES)
    assert browser.execute_script("return heard") == []


def test_in_a_training(browser: Any, tmp_path: Path) -> None:
    network = MLP(2, [2, 1], seed=0)
    run, optimizer = watch(network, frames=5), SGD(network.parameters(), 1.0)
    points = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
    train(network, lambda x, y: squared_error(network(x), y), points, epochs=20, optimizer=optimizer, progress=False, watch=run)
    open_in_a_plain_page(browser, tmp_path, run.html())
    page = Widget(browser, "training")
    page.run("root.querySelector('details').open = true")
    press_every_key(browser, page, ("section", "[type=range]", "[name=play]", "[type=checkbox]", ".table", "summary"))
    assert browser.execute_script("return heard") == []
    frame = "return Number(host.dataset.frame)"
    for selector in ("section", "[type=range]"):
        focus(page, selector)
        for key, place in (("HOME", 0), ("ARROW_RIGHT", 1), ("END", 4), ("ARROW_LEFT", 3)):
            press(browser, key)
            assert page.run(frame) == place, (selector, key)
