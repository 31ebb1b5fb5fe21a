"""Drawings whose leaves have sliders, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from drawn_graphs import random_graph
from stepping_page import requests_of

from autograd import Value, draw, log, maximum, primitive, relu
from autograd.drawing import Drawing
from autograd.engine.graph import topological_order
from nn import MLP

pytestmark = pytest.mark.browser

START = "const root = document.querySelector('.chalkgrad-live').shadowRoot;"
NUMBERS = (
    START + "return [...root.querySelectorAll('.node')].map(node => ['title', 'value', 'gradient'].map("
    "name => node.querySelector('text.' + name)?.textContent ?? ''))"
)
SLOPES = START + "return [...root.querySelectorAll('.derivative')].map(one => one.textContent)"
MOVE = START + (
    "for (const [name, number] of Object.entries(arguments[0])) {"
    "  const field = root.querySelector(`[aria-label='${name} as a number']`);"
    "  field.value = number; field.dispatchEvent(new Event('input')); }"
)


def opened(browser: Any, drawing: Drawing, folder: Path) -> None:
    browser.get(drawing.save(folder / "graph.html").as_uri())


def expected(drawing: Drawing) -> list[list[str]]:
    return [["".join(run.text for run in box.title), box.value, box.gradient] for box in drawing.diagram.boxes]


def example(a: float, b: float, c: float) -> Value:
    leaves = Value(a, "a"), Value(b, "b"), Value(c, "c")
    output = leaves[2] * (leaves[0] + 2 * leaves[1]) + relu(leaves[1]) + maximum(leaves[0], leaves[2])
    output.label = "L"
    output.backward()
    return output


def test_all_numbers_follow(browser: Any, tmp_path: Path) -> None:
    opened(browser, draw(example(3, 1, -2), live=True, local_derivatives=True), tmp_path)
    kinks = START + "return root.querySelector('.kinks').textContent"
    assert browser.execute_script(kinks) == ""
    for a, b, c in ((3.0, 0.0, -2.0), (0.25, -1.5, 0.25), (1e-7, 123456.7, 2.0), (3.0, 1.0, -2.0)):
        browser.execute_script(MOVE, {"a": a, "b": b, "c": c})
        drawing = draw(example(a, b, c), local_derivatives=True)
        assert browser.execute_script(NUMBERS) == expected(drawing)
        assert browser.execute_script(SLOPES) == [edge.derivative for edge in drawing.diagram.edges if edge.derivative]
        assert browser.execute_script(kinks) == drawing.caption
    asked = [address for address in requests_of(browser) if not address.startswith(("data:", "about:"))]
    assert asked == [(tmp_path / "graph.html").as_uri()]


def test_before_a_backward_pass_there_are_dashes(browser: Any, tmp_path: Path) -> None:
    a = Value(3.0, "a")
    opened(browser, draw(a * a, live=True), tmp_path)
    browser.execute_script(MOVE, {"a": 5})
    assert browser.execute_script(NUMBERS) == [["a", "5", "–"], ["L = a × a", "25", "–"]]


def test_an_error_is_said(browser: Any, tmp_path: Path) -> None:
    a = Value(3.0, "a")
    output = log(a) * a
    output.backward()
    opened(browser, draw(output, live=True), tmp_path)
    browser.execute_script(MOVE, {"a": -2})
    assert browser.execute_script(START + "return root.querySelector('[role=alert]').textContent") == (
        "log of a = −2: math domain error. It is defined for x > 0."
    )
    assert browser.execute_script(NUMBERS) == [["a", "−2", "–"], ["v1 = ln(a)", "–", "–"], ["L = v1 × a", "–", "–"]]
    browser.execute_script(START + "root.querySelector('.reset').click()")
    assert browser.execute_script(NUMBERS) == expected(draw(output))


def test_folded_boxes_follow_too(browser: Any, tmp_path: Path) -> None:
    x = [Value(0.5, "x1"), Value(-1.0, "x2")]
    network = MLP(2, [3, 1])
    output = network(x)[0]
    output.backward()
    drawing = draw(output, "neuron", live=True)
    opened(browser, drawing, tmp_path)
    browser.execute_script(MOVE, {"x₁": 2.0})
    x[0].data = 2.0
    output.refresh()
    for node in topological_order(output):
        node.gradient = None
    output.backward()
    assert sorted(browser.execute_script(NUMBERS)) == sorted(expected(draw(output, "neuron")))


def test_what_stays_still_says_why(browser: Any, tmp_path: Path) -> None:
    odd = primitive("odd", "odd", lambda m, x: x if x > 0 else -2 * x, lambda m, x, y: 1.0 if x > 0 else -2.0)
    output = odd(Value(1.5, "x")) * 2
    output.backward()
    opened(browser, draw(output, live=True), tmp_path)
    assert "the rule of odd is plain Python" in browser.execute_script(START + "return root.querySelector('.leaves').textContent")
    assert browser.execute_script(NUMBERS) == expected(draw(output))


def test_scripts_that_are_stripped_leave_the_picture() -> None:
    drawing = draw(example(3, 0, -2), live=True)
    html = drawing.html()
    assert html.startswith('<div class="chalkgrad-live"') and "<img alt=" in html
    assert "<p>v₄ has a kink at b = 0" in html.replace(drawing.diagram.boxes[5].name, "v₄")
    assert drawing._repr_mimebundle_()["text/html"] == html
    with pytest.raises(ValueError, match="a live drawing has a layout of its own"):
        draw(example(3, 0, -2), live=True, engine="dot")


def test_a_frame_is_short(browser: Any, tmp_path: Path) -> None:
    """What a drag does: one pass, and only texts that changed are written."""
    output = random_graph(3, 300)
    output.backward()
    opened(browser, draw(output, live=True), tmp_path)
    written, total = browser.execute_script(
        START + "const observer = new MutationObserver(() => {}), field = root.querySelector('[inputmode]');"
        "observer.observe(root, {subtree: true, childList: true, characterData: true});"
        "field.value = Number(field.value) + 0; field.dispatchEvent(new Event('input'));"
        "return [observer.takeRecords().filter(one => one.target.localName === 'text').length,"
        "  root.querySelectorAll('text').length]"
    )
    assert written == 0 and total > 600, "nothing changed, so nothing is written"


def test_in_a_frame(browser: Any, tmp_path: Path) -> None:
    """As marimo shows it: scripts run in the frame only, which is as high as it needs to be."""
    kind, html = draw(example(3, 1, -2), live=True)._mime_()
    assert kind == "text/html" and "<script" not in html
    (tmp_path / "frame.html").write_text(f"<!doctype html><body>{html}</body>", encoding="utf-8")
    browser.get((tmp_path / "frame.html").as_uri())
    frame = browser.find_element("css selector", "iframe")
    browser.switch_to.frame(frame)
    browser.execute_script(MOVE, {"a": 0.25})
    assert browser.execute_script(NUMBERS) == expected(draw(example(0.25, 1, -2)))
    needed = browser.execute_script("return document.body.offsetHeight")
    browser.switch_to.default_content()
    assert abs(frame.size["height"] - needed) <= 1 and needed > 300


def test_a_still_drawing_is_no_frame() -> None:
    drawing = draw(example(3, 1, -2))
    assert drawing._mime_() == ("text/html", drawing.html())
