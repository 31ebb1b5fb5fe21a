"""The page of steps after its leaves were moved: it must say what Python says for those numbers."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from drawn_graphs import random_graph, text_example
from stepping_page import Page, requests_of

from autograd import Value, dot, exp, hypot, log, logsumexp, maximum, minimum, pick, primitive, relu, sigmoid, sqrt, tanh, where
from autograd.engine.graph import recompute
from autograd.notation.names import plain
from autograd.notation.numbers import format_number
from autograd.stepping import Step, Stepper, step_through
from autograd.stepping.steps import steps_of

pytestmark = pytest.mark.browser

READ = (
    "const slider = root.querySelector('.controls [type=range]'), all = [];"
    "for (let k = 0; k <= slider.max; k++) { slider.value = k; slider.dispatchEvent(new Event('input'));"
    "  all.push(['.sentence', '.letters', '.numbers'].map(part => root.querySelector(part).textContent)); }"
    "return all"
)


def opened(browser: Any, stepper: Stepper, folder: Path) -> Page:
    browser.get(stepper.save(folder / "steps.html").as_uri())
    return Page(browser)


def move(page: Page, **numbers: float | str) -> None:
    """Type numbers into the fields of leaves."""
    found = page.run(
        "return Object.entries(arguments[0]).map(([name, number]) => {"
        "  const field = root.querySelector(`[aria-label='${name} as a number']`); if (!field) return name;"
        "  field.value = number; field.dispatchEvent(new Event('input')); field.dispatchEvent(new Event('change')); })",
        {name: str(number) for name, number in numbers.items()},
    )
    assert found == [None] * len(numbers), "there are such fields"


def text_of(mathml: str) -> str:
    return unescape(re.sub("<[^>]*>", "", mathml))


def said(steps: Iterable[Step], stepper: Stepper) -> list[list[str]]:
    """What Python says in each step."""
    all_steps = []
    for step in steps:
        letters, numbers = stepper.wording.mathml_parts(step)
        all_steps.append([step.sentence, text_of(letters), text_of(numbers)])
    return all_steps


def with_numbers(stepper: Stepper, numbers: dict[str, float]) -> list[Step]:
    """The steps through the same graph with other numbers at some leaves; names and order stay as they are."""
    leaves = {plain(stepper.wording.names[node]): node for node in stepper.order if node.primitive.name == "leaf"}
    for name, x in numbers.items():
        leaves[name]._data = x
    for node, data in zip(*recompute(stepper.output), strict=True):
        node._data = data
    return list(steps_of(stepper.output, stepper.order, stepper.wording))


def check(browser: Any, folder: Path, output: Value, *moves: dict[str, float]) -> None:
    stepper = step_through(output)
    page = opened(browser, stepper, folder)
    for numbers in ({}, *moves):
        move(page, **numbers)
        steps = with_numbers(stepper, numbers)
        for number, (here, there) in enumerate(zip(page.run(READ), said(steps, stepper), strict=True)):
            assert here == there, f"step {number} with {numbers}"
        gradients = {step.node: step.after for step in steps if step.after is not None}
        boxes = {box["title"].split(" = ")[0]: (box["value"], box["gradient"]) for box in page.numbers() if box["gradient"]}
        for node, gradient in gradients.items():
            title = "".join(run.text for run in stepper.wording.names[node])
            assert boxes[title] == (format_number(node.data), format_number(gradient)), title


def test_the_textbooks_graph(browser: Any, tmp_path: Path) -> None:
    check(
        browser,
        tmp_path,
        text_example()[0],
        {"a": -0.5},
        {"b": 1 / 3, "c": 0.0},
        {"a": 1e-7, "b": -123456.7, "c": 3e9},
        {"c": -2},
    )


@pytest.mark.parametrize("seed", range(3))
def test_random_graphs(browser: Any, tmp_path: Path, seed: int) -> None:
    output = random_graph(seed, 40)
    stepper = step_through(output)
    names = [plain(stepper.wording.names[node]) for node in stepper.order if node.primitive.name == "leaf"]
    draw = random.Random(seed)
    moves = [{draw.choice(names): draw.choice([0.0, 1.0, -2.0, draw.gauss(0, 1)]) for _ in range(3)} for _ in range(4)]
    check(browser, tmp_path, output, *moves)


def test_kinks_and_choices(browser: Any, tmp_path: Path) -> None:
    a, b, c = Value(1.0, "a"), Value(2.0, "b"), Value(0.3, "c")
    output = relu(a) + maximum(a, b, a) + abs(b) + where(c < a, sqrt(c), a * b) + pick([a, b], 1) + minimum(c, 0.5) + hypot(a, b)
    output.label = "y"
    check(
        browser, tmp_path, output + sigmoid(a) + a % b,
        {"a": 0.0}, {"a": 2.0}, {"a": 0.3}, {"b": 0.1, "c": 0.0}, {"c": 0.5}, {"b": -2.0, "a": -4.0}, {"a": 5.0, "b": 2.5},
    )  # fmt: skip


def test_sums_powers_and_functions(browser: Any, tmp_path: Path) -> None:
    w, x = [Value(0.5 * k - 1.0, f"w{k}") for k in range(3)], [Value(0.7, f"x{k}") for k in range(3)]
    z = dot(w, x) ** 2 + logsumexp(w) - exp(x[0]) * log(x[1]) + x[2] ** x[1] + tanh(1 / x[0]) + (-w[0]).exp()
    check(browser, tmp_path, z, {"w₀": 2.0, "x₁": 0.01}, {"x₂": 3.0, "x₁": -0.0 + 2.0}, {"x₀": -1.5, "w₁": -3.0}, {"x₂": 1e-9})


def test_where_the_engine_raises_the_page_says_so(browser: Any, tmp_path: Path) -> None:
    a = Value(2.0, "a")
    v = log(a)
    output = v * 3 + 1 / (a - 1.0)
    stepper = step_through(output)
    page = opened(browser, stepper, tmp_path)
    alert = "return root.querySelector('[role=alert]').textContent"
    page.click("last")
    before = [page.run(READ), page.numbers()]
    for number, said_first in (
        ("-1", "log of a = −1: math domain error. It is defined for x > 0."),
        ("1", "divide of 1, v₃ = 0: float division by zero. It is defined for b ≠ 0."),
    ):
        move(page, a=number)
        told = page.run(alert)
        assert told == said_first
        page.click("last")
        boxes = {box["title"]: (box["value"], box["gradient"]) for box in page.numbers()}
        assert boxes["a"] == (format_number(float(number)), "–")
        assert all(gradient == "–" for _, gradient in boxes.values())
        assert any(value == "–" for value, _ in boxes.values())
        assert all(
            text == "–" for text in page.run("return [...root.querySelectorAll('.derivative')].map(one => one.textContent)")
        )
        assert told in " ".join(sentence for sentence, *_ in page.run(READ))
        # As the engine says it.
        a.data = float(number)
        with pytest.raises((ValueError, ZeroDivisionError)) as raised:
            output.refresh()
        a.data = 2.0
        output.refresh()
        assert str(raised.value).split(" of ")[0] == told.split(" of ")[0]
    page.run("root.querySelector('.reset').click()")
    assert page.run(alert) == "" and page.run("return root.querySelector('.reset').hidden")
    assert [page.run(READ), page.numbers()] == before, "all recorded numbers are back"


def test_a_slider_by_keyboard_and_what_is_not_known_yet(browser: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    page = opened(browser, step_through(text_example()[0]), tmp_path)
    slider = page.element("[aria-label=a]")
    slider.send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert page.step == 0, "its arrow keys take no step"
    assert page.run("return root.querySelector(\"[aria-label='a as a number']\").value") == "2.8"
    values = {box["title"].split(" = ")[0]: box["value"] for box in page.numbers()}
    assert values["a"] == "2.8" and values["e"] == "", "no answer before its step"
    page.click("next")
    assert page.sentence == "Forward: e = a + d = 2.8 + 2 = 4.8."


def test_predicting_with_other_numbers(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, step_through(text_example()[0]), tmp_path)
    page.element("[type=checkbox]").click()
    move(page, c=-7)
    for _ in range(4):
        page.click("next")
    page.click("skip")
    page.click("next")
    page.element("[name=answer]").send_keys("-7\n")
    assert page.verdict.startswith("Right: ∂L/∂e = ∂L/∂L · ∂L/∂e = −7.")


def test_what_is_no_number_changes_nothing(browser: Any, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    page = opened(browser, step_through(text_example()[0]), tmp_path)
    field = page.element("[aria-label='a as a number']")
    field.send_keys(Keys.CONTROL + "a" + Keys.NULL + "1/4x")
    assert field.get_attribute("aria-invalid") == "true"
    page.click("next")
    assert page.sentence == "Forward: e = a + d = 0.25 + 2 = 2.25.", "the latest that was one"


def test_plain_rules_stay_still(browser: Any, tmp_path: Path) -> None:
    bump = primitive("bump", "bump", lambda m, x: math.exp(-x * x), lambda m, x, y: -2 * x * y)
    x = Value(0.5, "x")
    stepper = step_through(bump(x) * 2 + tanh(x))
    page = opened(browser, stepper, tmp_path)
    assert page.run(READ) == said(stepper, stepper)
    assert page.run("return root.querySelectorAll('.leaves input').length") == 0
    assert "the rule of bump is plain Python" in page.run("return root.querySelector('.leaves').textContent")


def test_nothing_is_fetched(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, step_through(text_example()[0]), tmp_path)
    page.click("last")
    move(page, a=5)
    asked = [address for address in requests_of(browser) if not address.startswith(("data:", "about:"))]
    assert asked == [(tmp_path / "steps.html").as_uri()]
