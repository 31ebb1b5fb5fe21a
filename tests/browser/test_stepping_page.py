"""The page of steps in a real browser: buttons, keys, slider, predicting, dark mode, speed, and no word to any network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from drawn_graphs import random_graph, recognisable_graph, text_example
from stepping_page import Page, later_numbers, later_than, recognisable, requests_of

from autograd import Value, grad, relu, tanh
from autograd.engine.graph import topological_order
from autograd.notation.numbers import format_number
from autograd.stepping import Stepper, step_through

pytestmark = pytest.mark.browser


def opened(browser: Any, stepper: Stepper, folder: Path) -> Page:
    browser.get(stepper.save(folder / "steps.html").as_uri())
    return Page(browser)


def expected(stepper: Stepper, position: int) -> dict[str, tuple[str, str]]:
    """What the boxes must show after a step, by the name of the node: from the Python cursor."""
    stepper.goto(position)
    shown = {}
    for node, name in stepper.wording.names.items():
        if node.primitive.name == "constant":
            continue
        gradient = stepper.gradient_of(node)
        label = "".join(run.text for run in name)
        shown[label] = (
            format_number(node.data) if stepper.is_computed(node) else "",
            "–" if gradient is None else format_number(gradient),
        )
    return shown


def shown(page: Page) -> dict[str, tuple[str, str]]:
    return {
        box["title"].split(" = ")[0]: (box["value"], box["gradient"]) for box in page.numbers() if box["gradient"] is not None
    }


def test_buttons(browser: Any, tmp_path: Path) -> None:
    stepper = step_through(text_example()[0])
    page = opened(browser, stepper, tmp_path)
    assert (page.step, page.count) == (0, 9)
    for position in range(9):
        assert page.step == position
        assert page.sentence == stepper[position].sentence
        assert shown(page) == expected(stepper, position)
        page.click("next")
    assert page.step == 8, "the last step stays"
    page.click("back")
    assert page.step == 7 and shown(page) == expected(stepper, 7)
    page.click("first")
    assert page.step == 0 and shown(page) == expected(stepper, 0)
    page.click("last")
    assert page.step == 8 and shown(page) == expected(stepper, 8)


def test_the_last_step_shows_what_grad_gives(browser: Any, tmp_path: Path) -> None:
    output = random_graph(4, 40)
    stepper = step_through(output)
    page = opened(browser, stepper, tmp_path)
    page.click("last")
    order = [node for node in topological_order(output) if node.primitive.name != "constant"]
    names = ["".join(run.text for run in stepper.wording.names[node]) for node in order]
    gradients = [format_number(g) for g in grad(output, order)]
    assert shown(page) == {
        name: (format_number(node.data), gradient) for name, node, gradient in zip(names, order, gradients, strict=True)
    }


@pytest.mark.parametrize("seed", range(4))
def test_no_number_of_a_later_step_stands_anywhere(browser: Any, tmp_path: Path, seed: int) -> None:
    stepper = step_through(recognisable_graph(seed, 11))
    stepper.output.backward()  # what the Values know by themselves is no excuse
    assert len(later_than(stepper, 0)) > 12, "or nothing is tested"
    page = opened(browser, stepper, tmp_path)
    n = len(stepper)
    assert later_numbers(page, stepper, [*["next"] * n, *["back"] * n, n - 1, 4, n // 2, 0]) == []
    # What an answer was goes with its step, and a question tells nothing either.
    page.element("[type=checkbox]").click()
    assert later_numbers(page, stepper, [*["next", "skip"] * n, 4, "next", "skip", "first"]) == []
    assert page.step == 0


def test_a_local_derivative_stands_at_its_edge_from_its_step_on(browser: Any, tmp_path: Path) -> None:
    stepper = step_through(text_example()[0])
    page = opened(browser, stepper, tmp_path)
    for position in range(len(stepper)):
        assert page.step == position
        written = page.run("return [...root.querySelectorAll('.derivative')].map(one => one.textContent).filter(Boolean)")
        walked = [format_number(step.local_derivative) for step in stepper[: position + 1] if step.local_derivative is not None]
        assert sorted(written) == sorted(walked)
        page.click("next")


def test_the_page_opens_where_the_cursor_is(browser: Any, tmp_path: Path) -> None:
    stepper = step_through(text_example()[0])
    for position in (5, 0, 8):
        stepper.goto(position)
        page = opened(browser, stepper, tmp_path)
        assert page.step == position and shown(page) == expected(stepper, position)


def test_keys(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, step_through(text_example()[0]), tmp_path)
    for key, position in (("ARROW_RIGHT", 1), ("ARROW_RIGHT", 2), ("ARROW_LEFT", 1), ("END", 8), ("ARROW_RIGHT", 8), ("HOME", 0),
                          ("ARROW_LEFT", 0)):  # fmt: skip
        page.press(key)
        assert page.step == position, key


def slide(page: Page, position: int) -> None:
    page.run(
        "const slider = root.querySelector('[type=range]'); slider.value = arguments[0];"
        "slider.dispatchEvent(new Event('input'));",
        position,
    )


def test_the_slider(browser: Any, tmp_path: Path) -> None:
    stepper = step_through(random_graph(2, 60))
    page = opened(browser, stepper, tmp_path)
    for position in (len(stepper) - 1, 3, 50, 7, 0):
        slide(page, position)
        assert page.step == position
        assert shown(page) == expected(stepper, position)
        assert page.run("return root.querySelector('output').textContent") == f"{position + 1} / {len(stepper)}"


def test_playing(browser: Any, tmp_path: Path) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    x = Value(2.0, "x")
    page = opened(browser, step_through(x * 3), tmp_path)
    page.press(" ")
    assert page.element("[name=play]").get_attribute("aria-pressed") == "true"
    WebDriverWait(browser, 20).until(lambda _: page.step == 2)
    WebDriverWait(browser, 20).until(lambda _: page.element("[name=play]").get_attribute("aria-pressed") == "false")
    assert page.element("[name=play]").text == "Play"


def test_the_node_and_the_edge_of_a_step_are_marked(browser: Any, tmp_path: Path) -> None:
    output, _ = text_example()
    stepper = step_through(output)
    page = opened(browser, stepper, tmp_path)
    titles = [box["title"] for box in page.numbers()]
    page.click("last")
    marked = page.marked()
    assert [titles[number] for number in marked["node"]] == ["b"]
    assert [titles[number] for number in marked["from"]] == ["d = 2 × b"]
    assert len(marked["edge"]) == 1
    width = page.run("return getComputedStyle(root.querySelector('.edge.current path')).strokeWidth")
    assert width == "4px", "not by colour alone"
    page.click("first")
    assert page.marked()["edge"] == [] and [titles[n] for n in page.marked()["node"]] == ["d = 2 × b"]


def test_the_chain_rule_with_letters_and_with_numbers(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, step_through(text_example()[0]), tmp_path)
    page.click("last")
    letters, numbers = (page.run(f"return root.querySelector('.{part} math').textContent") for part in ("letters", "numbers"))
    assert letters == "∂L∂b=∂L∂d·∂d∂b"
    assert numbers == "∂L∂b=(−2)·2=−4"
    assert page.run("return root.querySelector('.letters mfrac').getBoundingClientRect().height") > 20, (
        "it is laid out as a formula"
    )


def answer(page: Page, said: str) -> None:
    field = page.element("[name=answer]")
    field.clear()
    field.send_keys(said + "\n")


def predicting(browser: Any, stepper: Stepper, folder: Path) -> Page:
    page = opened(browser, stepper, folder)
    page.element("[type=checkbox]").click()
    return page


def asked(page: Page) -> str:
    return str(page.run("return root.querySelector('form').hidden ? '' : root.querySelector('form label').textContent"))


def questions_of(page: Page) -> Iterator[str]:
    """Go on to the end. Each question must be answered before the next one is taken."""
    for _ in range(page.count):
        if page.step < page.count - 1:
            page.click("next")
        if question := asked(page):
            yield question


def test_predicting(browser: Any, tmp_path: Path) -> None:
    page = predicting(browser, step_through(text_example()[0]), tmp_path)
    for _ in range(3):
        page.click("next")
    assert page.step == 3, "forward steps and the seed ask nothing"
    page.click("next")
    assert page.step == 3 and page.element("form").is_displayed()
    assert asked(page) == "∂L/∂c = ∂L/∂L · ∂L/∂c ="
    assert shown(page)["c"][1] == "–", "not before it is asked for"
    answer(page, "5")
    assert page.step == 4 and page.verdict == "Right: ∂L/∂c = ∂L/∂L · ∂L/∂c = 5. 1 of 1 right."
    assert shown(page)["c"][1] == "5"
    page.click("next")
    answer(page, "2")
    assert page.step == 5 and page.verdict == "Not quite: ∂L/∂e = ∂L/∂L · ∂L/∂e = −2. 1 of 2 right."
    page.press("ARROW_RIGHT")
    page.click("skip")
    assert page.step == 6 and page.verdict == "∂L/∂a = ∂L/∂e · ∂e/∂a = −2. 1 of 2 right."
    page.press("ARROW_RIGHT")
    answer(page, "−2.0")
    assert page.verdict.endswith("2 of 3 right."), "a real minus sign is one too"
    assert not page.element("form").is_displayed()


def test_what_is_asked_of_a_value_with_several_uses(browser: Any, tmp_path: Path) -> None:
    a = Value(3.0, "a")
    output = a * a + 2 * a
    output.label = "L"
    page = predicting(browser, step_through(output), tmp_path)
    questions = []
    for question in questions_of(page):
        questions.append(question)
        page.click("skip")
    assert questions == [
        "∂L/∂v₁ = ∂L/∂L · ∂L/∂v₁ =",
        "∂L/∂v₂ = ∂L/∂L · ∂L/∂v₂ =",
        "What ∂L/∂a gets from v₂ = 2 × a: ∂L/∂v₂ · ∂v₂/∂a =",
        "What ∂L/∂a gets from the first a in v₁ = a × a: ∂L/∂v₁ · ∂v₁/∂a =",
        "What ∂L/∂a gets from the second a in v₁ = a × a: ∂L/∂v₁ · ∂v₁/∂a =",
    ]


def test_where_upstream_alone_decides_the_local_derivative_is_asked_for(browser: Any, tmp_path: Path) -> None:
    x = Value(2.0, "x")
    z = 3 * x
    z.label = "z"
    page = predicting(browser, step_through(relu(-z)), tmp_path)
    questions = []
    for question in questions_of(page):
        questions.append(question)
        answer(page, {"∂v₁/∂z =": "-1", "∂z/∂x =": "3"}.get(question, "0"))
        assert page.run("return host.dataset.verdict") == "right"
    assert questions == ["∂L/∂v₁ = ∂L/∂L · ∂L/∂v₁ =", "∂v₁/∂z =", "∂z/∂x ="]
    assert page.verdict == "Right: ∂z/∂x = 3. 3 of 3 right."


@pytest.mark.parametrize("seed", range(4))
def test_a_question_prints_none_of_its_numbers(browser: Any, tmp_path: Path, seed: int) -> None:
    stepper = step_through(recognisable_graph(seed, 14))
    page = predicting(browser, stepper, tmp_path)
    # In one script, which takes a tenth of the time of as many clicks.
    asked_at: list[tuple[int, str]] = page.run(
        "const click = name => root.querySelector(`button[name=${name}]`).click(), form = root.querySelector('form'), asked = [];"
        "while (+host.dataset.step < +host.dataset.count - 1) {"
        "  click('next');"
        "  if (!form.hidden) { asked.push([+host.dataset.step, form.querySelector('label').textContent]); click('skip'); }"
        "} return asked"
    )
    for at, question in asked_at:
        step = stepper[at + 1]
        for number in (step.upstream, step.local_derivative, step.product):
            assert not any(text in question for text in recognisable(number))
    backward = [stepper[at + 1] for at, _ in asked_at]
    assert backward == [step for step in stepper if step.phase == "backward"]


NO_NUMBERS = ("", "  ", "abc", "-", "1/0", "1/2/3", "1.000,5", "1e", ".", "2(1/9)", "2--3", "(1/9", "1**2", "1+1", "(1/9)e5")


def test_what_is_no_number_is_no_answer(browser: Any, tmp_path: Path) -> None:
    page = predicting(browser, step_through(tanh(Value(1.0, "x"))), tmp_path)
    slide(page, 1)
    page.click("next")
    for said in NO_NUMBERS:
        # What was said to the one before is not taken for what is said to this one.
        page.run("host.dataset.verdict = ''; root.querySelector('.verdict').textContent = '';")
        answer(page, said)
        assert page.run("return host.dataset.verdict") == "none", said
        assert page.step == 1 and asked(page), "it waits for an answer"
        assert "Type one such as" in page.verdict and "right" not in page.verdict, "and counts nothing"
    answer(page, "0.42")
    assert page.verdict.endswith("1 of 1 right.")


def asking_for(browser: Any, folder: Path, truth: float) -> Page:
    """A page whose last step asks for a number."""
    page = opened(browser, step_through(truth * Value(1.0, "x")), folder)
    page.element("[type=checkbox]").click()
    return page


ANSWERS = [
    (-4.0, ["-4", "- 4", "−4", "—4", "−8/2", "8/-2", "-4.0", "-4,0", "(-2)·2", "-(8/2)"], ["4", "-5", "nan", "-inf", "-4.1"]),
    (5.0, ["1·5", "1*5", "1 × 5", "5", "-(-5)", "(1/2)/(1/10)", "10/2", "2*2.5"], ["1·4", "-(5)", "6"]),
    (
        0.41997,
        ["0.42", "0.4200", ".42", "4.2e-1", "0,42", "21/50", "-21 / −50", "+0.42", "0.41997", "0.41999"],
        ["0.5", "0", "-0.42", "0.44", "0.419", "0.421", "0.40", "inf", "NaN", "2/5", "1"],
    ),
    (1 / 3, ["1/3", "2/6", "0.33", "0,333", ".3333"], ["1", "3", "3/1", "0"]),
    (-1 / 9, ["-1/9", "-(1/9)", "−(1 ÷ 9)", "-0.11", "-0.111", "-11e-2"], ["-1/8", "-1/10", "-0.12", "-0.10", "-0.2", "1/9"]),
    (0.6, ["0.6", "3/5"], ["1", "0.5"]),
    (0.125, ["0.13", "0.12", "1/8"], ["0.14", "0.11"]),
    (0.996, ["1.0", "1", "0.996"], ["0.98", "1.1"]),
    (1234.0, ["1234", "1200", "1230", "1.2e3"], ["1210", "1300"]),
    (math.inf, ["inf", "Infinity", "+inf", "∞"], ["-inf", "5", "1e308", "nan"]),
    (-math.inf, ["-inf", "−∞", "- inf"], ["inf", "-5"]),
    (math.nan, ["nan", "NaN", "NAN"], ["0", "inf"]),
    (1000.0, ["1000", "1e3", "1000.4"], ["100", "-1000", "1"]),
    (0.0, ["0", "0.0", "-0", "0/5"], ["0.1", "1e-9"]),
]


def test_numbers_as_people_type_them(browser: Any, tmp_path: Path) -> None:
    widgets = [step_through(truth * Value(1.0, "x")).html() for truth, _, _ in ANSWERS]
    (tmp_path / "all.html").write_text(f"<!doctype html><meta charset='utf-8'>{''.join(widgets)}", encoding="utf-8")
    browser.get((tmp_path / "all.html").as_uri())
    for number, (truth, right, wrong) in enumerate(ANSWERS):
        verdicts = Page(browser, number).run(
            "const form = root.querySelector('form'), click = name => root.querySelector(`[name=${name}]`).click();"
            "root.querySelector('[type=checkbox]').click(); click('last');"
            "return arguments[0].map(said => {"
            "  click('back'); click('next'); form.answer.value = said; form.requestSubmit(); return host.dataset.verdict; })",
            right + wrong,
        )
        assert verdicts == ["right"] * len(right) + ["wrong"] * len(wrong), truth


@pytest.mark.parametrize(("truth", "coarse"), [(-1 / 9, ["-0.1", "-1e-1"]), (0.41997, ["0.4"]), (1234.0, ["1000", "1e3"])])
def test_one_digit_of_several_is_too_coarse(browser: Any, tmp_path: Path, truth: float, coarse: list[str]) -> None:
    page = asking_for(browser, tmp_path, truth)
    page.click("last")
    page.click("back")
    page.click("next")
    for said in coarse:
        answer(page, said)
        assert page.verdict == "Give two digits." and asked(page), "it waits for another answer"
        assert page.run("return host.dataset.verdict") == "coarse"
    answer(page, f"{truth:.2g}")
    assert page.verdict.endswith("1 of 1 right."), "those before are not counted"


def test_a_number_that_is_shown_with_one_digit_needs_no_more(browser: Any, tmp_path: Path) -> None:
    page = predicting(browser, step_through(Value(1.0, "x") * 0.104, digits=1), tmp_path)
    slide(page, 1)
    page.click("next")
    answer(page, "0.1")
    assert page.verdict.startswith("Right: ")


def test_the_answer_field_has_a_name(browser: Any, tmp_path: Path) -> None:
    page = predicting(browser, step_through(text_example()[0]), tmp_path)
    for _ in range(4):
        page.click("next")
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    fields = [node["name"]["value"] for node in tree if not node.get("ignored") and node["role"]["value"] == "textbox"]
    assert [name for name in fields if not name.endswith(" as a number")] == ["∂L/∂c = ∂L/∂L · ∂L/∂c ="]
    assert page.run("return root.activeElement.name") == "answer", "it can be typed into at once"


def test_rings_around_what_has_the_focus_are_whole(browser: Any, tmp_path: Path) -> None:
    html = step_through(text_example()[0]).html()
    # As a notebook has it: the output scrolls, so it cuts off what reaches out.
    page_text = f"<!doctype html><meta charset='utf-8'><div style='overflow:auto'>{html}</div>"
    (tmp_path / "cut.html").write_text(page_text, encoding="utf-8")
    browser.get((tmp_path / "cut.html").as_uri())
    page = Page(browser)
    page.element("[type=checkbox]").click()
    for _ in range(4):
        page.click("next")
    page.press("TAB")
    cut = page.run(
        "const outer = host.parentElement.getBoundingClientRect(), cut = [];"
        "for (const one of root.querySelectorAll('section, summary, button:not([hidden]), input')) {"
        "  one.focus({focusVisible: true});"
        "  const style = getComputedStyle(one), reach = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);"
        "  const inner = one.getBoundingClientRect();"
        "  if (root.activeElement !== one || style.outlineStyle !== 'solid') cut.push('no ring: ' + one.outerHTML.slice(0, 60));"
        "  if (inner.left - reach < outer.left || inner.right + reach > outer.right || inner.top - reach < outer.top"
        "      || inner.bottom + reach > outer.bottom) cut.push(one.outerHTML.slice(0, 60));"
        "} return cut"
    )
    assert cut == []


def test_dark_mode(browser: Any, tmp_path: Path) -> None:
    def colours() -> list[str]:
        found: list[str] = page.run(
            "const of = (selector, name) => getComputedStyle(root.querySelector(selector))[name];"
            "return [of('section', 'backgroundColor'), of('.sheet', 'fill'), of('text.title', 'fill')]"
        )
        return found

    page = opened(browser, step_through(text_example()[0]), tmp_path)
    assert colours() == ["rgb(255, 255, 255)", "rgb(255, 255, 255)", "rgb(27, 31, 36)"]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    assert colours() == ["rgb(22, 25, 29)", "rgb(22, 25, 29)", "rgb(233, 235, 238)"]
    # A notebook's own theme comes before the system's.
    browser.execute_script("document.body.dataset.jpThemeLight = 'true'")
    assert colours()[0] == "rgb(255, 255, 255)"


def test_nothing_leaves_the_page(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, step_through(text_example()[0]), tmp_path)
    page.click("last")
    asked = [address for address in requests_of(browser) if not address.startswith(("data:", "about:"))]
    assert asked == [(tmp_path / "steps.html").as_uri()]


def test_a_strict_content_policy_allows_it(browser: Any, tmp_path: Path, served: Any) -> None:
    text = step_through(text_example()[0]).save(tmp_path / "steps.html").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    (tmp_path / "strict.html").write_text(text.replace(
        '<meta charset="utf-8">', f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
    ), encoding="utf-8")  # fmt: skip
    browser.get(served("strict.html"))
    page = Page(browser)
    page.click("next")
    assert page.step == 1
    browser.get_log("browser")  # the browser asks for an icon by itself, which the policy refuses


def test_labels_are_text(browser: Any, tmp_path: Path) -> None:
    x = Value(2.0, "</script><script>document.title='broken'</script>")
    y = x * Value(3.0, '"&<img src=x onerror=alert(1)>')
    page = opened(browser, step_through(y), tmp_path)
    for _ in range(len(step_through(y))):
        page.click("next")
        assert browser.title.startswith("The gradients of")
        assert page.run("return root.querySelectorAll('img, .sentence *').length") == 0
    assert "</script>" in page.sentence or "<img" in page.sentence


def test_two_on_one_page(browser: Any, tmp_path: Path) -> None:
    first, second = step_through(text_example()[0]), step_through(tanh(Value(1.0, "x")))
    text = f"<!doctype html><meta charset='utf-8'>{first.html()}{second.html()}{first.html()}"
    (tmp_path / "two.html").write_text(text, encoding="utf-8")
    browser.get((tmp_path / "two.html").as_uri())
    pages = [Page(browser, number) for number in range(3)]
    pages[1].click("next")
    pages[2].click("last")
    assert [(page.step, page.count) for page in pages] == [(0, 9), (1, 3), (8, 9)]


def test_without_scripts_the_picture_stays(browser: Any, tmp_path: Path) -> None:
    output, _ = text_example()
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(step_through(output).save(tmp_path / "steps.html").as_uri())
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    from selenium.webdriver.common.by import By

    picture = browser.find_element(By.CSS_SELECTOR, ".chalkgrad-steps svg")
    assert picture.is_displayed() and picture.size["width"] > 300
    texts = [text.text for text in picture.find_elements(By.CSS_SELECTOR, "text.gradient")]
    assert texts == ["–"] * 6, "no gradient, as before the first step"
    assert browser.execute_script("return getComputedStyle(document.querySelector('.leaf rect')).fill") == "rgb(228, 241, 251)"


def test_a_screen_reader_finds_names_and_news(browser: Any, tmp_path: Path) -> None:
    page = opened(browser, step_through(text_example()[0]), tmp_path)
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = {(node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node.get("ignored")}
    for role, name in (("button", "Next step"), ("button", "Step back"), ("button", "First step"), ("button", "Last step"),
                       ("button", "Play"), ("slider", "Step"), ("checkbox", "Predict")):  # fmt: skip
        assert (role, name) in named
    assert any(role in ("image", "img") and "The gradients of L" in name for role, name in named)
    assert page.element(".sentence").get_attribute("aria-live") == "polite"
    page.click("next")
    assert page.element("[type=range]").get_attribute("aria-valuetext") == "2 of 9: e"


def test_a_big_picture_scrolls_to_what_changes(browser: Any, tmp_path: Path) -> None:
    y = Value(0.5, "x")
    for _ in range(40):
        y = tanh(y)
    page = opened(browser, step_through(y), tmp_path)
    for name in ("last", "first"):
        page.click(name)
        inside = page.run(
            "const outer = root.querySelector('.picture').getBoundingClientRect();"
            "const inner = root.querySelector('.node.current').getBoundingClientRect();"
            "return outer.left <= inner.left && inner.right <= outer.right && window.scrollX === 0"
        )
        assert inside
    page.run("root.querySelector('[name=next]').focus()")
    for _ in range(45):
        page.click("next")
    assert page.run("return root.querySelector('.picture').scrollLeft") > 500


def test_5000_steps_stay_smooth(browser: Any, tmp_path: Path) -> None:
    x, w = Value(0.5, "x"), [Value(0.1 * k, f"w{k}") for k in range(1, 9)]
    y = x
    for k in range(1250):
        y = tanh(y * w[k % 8])
    stepper = step_through(y)
    assert len(stepper) > 5000
    page = opened(browser, stepper, tmp_path)
    assert page.count == len(stepper)
    changes = page.run(
        "const next = root.querySelector('[name=next]'), slider = root.querySelector('[type=range]'), counts = [];"
        "slider.value = 4000; slider.dispatchEvent(new Event('input'));"
        "const observer = new MutationObserver(() => {});"
        "observer.observe(root, {subtree: true, childList: true, attributes: true, characterData: true});"
        "for (let k = 0; k < 200; k++) { next.click(); counts.push(observer.takeRecords().length); }"
        "return counts"
    )
    assert page.step == 4200
    assert max(changes) <= 20, "the work of a step doesn't grow with their number"
    jump = page.run(
        "const slider = root.querySelector('[type=range]'), observer = new MutationObserver(() => {});"
        "observer.observe(root, {subtree: true, childList: true});"
        "slider.value = 0; slider.dispatchEvent(new Event('input'));"
        "return observer.takeRecords().length"
    )
    n_numbers = 2 * (1250 * 2 + 9) + 1250 * 3  # values and gradients of boxes, local derivatives at edges
    assert jump <= n_numbers + 20, "a jump writes each number once"


def test_formulas_are_set_as_a_textbook_sets_them(browser: Any, tmp_path: Path) -> None:
    z, w = Value(2.0, "z^{[2]}"), Value(3.0, "w^{[1]}_{21}")
    output = -z * w
    page = opened(browser, step_through(output), tmp_path)
    gaps = page.run(
        "const box = one => one.getBoundingClientRect(), mo = [...root.querySelectorAll('.chain mo')];"
        "return mo.filter(one => one.textContent === '−').map(one => {"
        "  const width = box(one).width, next = box(one.nextElementSibling).left - box(one).right;"
        "  return [width < 22, next < 1]; })"
    )
    assert gaps == [[True, True]] * 2, "−z and −2, and not − z"
