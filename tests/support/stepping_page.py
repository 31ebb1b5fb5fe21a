"""Driving the page of steps as a person does, and reading what it shows."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from autograd.notation.numbers import format_number
from autograd.stepping import Step, Stepper


class Page:
    """One widget of steps in a browser."""

    def __init__(self, driver: Any, number: int = 0) -> None:
        self.driver = driver
        self.number = number

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script with `host`, the widget, and `root`, what is inside it."""
        start = (
            f"const host = document.querySelectorAll('.chalkgrad-steps')[{self.number}]; const root = host && host.shadowRoot;"
        )
        return self.driver.execute_script(start + script, *arguments)

    def element(self, selector: str) -> Any:
        return self.run("return root.querySelector(arguments[0])", selector)

    def click(self, name: str) -> None:
        self.element(f"button[name={name}]").click()

    def press(self, key: str) -> None:
        from selenium.webdriver.common.keys import Keys

        self.element("section").send_keys(getattr(Keys, key, key))

    @property
    def step(self) -> int:
        return int(self.run("return host.dataset.step"))

    @property
    def count(self) -> int:
        return int(self.run("return host.dataset.count"))

    @property
    def sentence(self) -> str:
        return str(self.run("return root.querySelector('.sentence').textContent"))

    @property
    def verdict(self) -> str:
        return str(self.run("return root.querySelector('.verdict').textContent"))

    def numbers(self) -> list[dict[str, str]]:
        """The title, value and gradient of every box."""
        found: list[dict[str, str]] = self.run(
            "return [...root.querySelectorAll('.node')].map(node => Object.fromEntries(['title', 'value', 'gradient'].map("
            "name => [name, node.querySelector('text.' + name)?.textContent ?? null])))"
        )
        return found

    def marked(self) -> dict[str, list[int]]:
        """The numbers of the boxes and edges that are highlighted."""
        found: dict[str, list[int]] = self.run(
            "const numbers = (selector, name) => [...root.querySelectorAll(selector)].map(one => +one.dataset[name]);"
            "return {node: numbers('.node.current', 'node'), edge: numbers('.edge.current', 'edge'),"
            "        from: numbers('.node.from', 'node')}"
        )
        return found


def requests_of(driver: Any) -> list[str]:
    """The addresses that were asked for since the log was last read."""
    found = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(message["params"]["request"]["url"])
    return found


@cache
def recognisable(x: float | None) -> frozenset[str]:
    """A number as it is written, without its sign and power of ten; nothing for one that could stand there by chance."""
    if x is None:
        return frozenset()
    written = format_number(x).lstrip("−").partition("e")[0]
    return frozenset([written] if "." in written and len(written.replace(".", "").lstrip("0")) >= 4 else [])


def numbers_of(step: Step) -> set[str]:
    """All recognisable numbers that a step tells."""
    told = (step.value, step.upstream, step.local_derivative, step.product, step.before, step.after)
    return {number for x in told for number in recognisable(x)}


def later_than(stepper: Stepper, position: int) -> set[str]:
    """The numbers that are computed only after a step, and are told neither by it and those before nor by a leaf."""
    known = {number for node in stepper.order if not node.operands for number in recognisable(node.data)}
    known |= {number for step in stepper.steps[: position + 1] for number in numbers_of(step)}
    return {number for step in stepper.steps[position + 1 :] for number in numbers_of(step)} - known


def later_numbers(page: Page, stepper: Stepper, moves: Sequence[str | int]) -> list[tuple[int, str]]:
    """The numbers of later steps that stand anywhere in the page: in texts, attributes, images; but for its program.

    Args:
        moves: buttons to press, and steps to move the slider to; the page is read before the first and after each.

    Returns:
        Pairs of a step that the page was at, and a number of a later one.
    """
    seen: list[tuple[int, str]] = page.run(
        "const read = () => {"
        "  const copy = document.documentElement.cloneNode(true);"
        "  for (const one of copy.querySelectorAll('script, style')) one.remove();"
        "  const typed = [...root.querySelectorAll('input')].map(one => one.value);"
        "  return [+host.dataset.step, copy.outerHTML + root.innerHTML + typed];"
        "};"
        "const slider = root.querySelector('[type=range]'), seen = [read()];"
        "for (const move of arguments[0]) {"
        "  if (typeof move === 'number') { slider.value = move; slider.dispatchEvent(new Event('input')); }"
        "  else if (move !== 'skip' || !root.querySelector('form').hidden) root.querySelector(`button[name=${move}]`).click();"
        "  seen.push(read());"
        "} return seen",
        list(moves),
    )
    later = [later_than(stepper, position) for position in range(len(stepper))]
    return [(at, number) for at, text in seen for number in told_in(with_images(text), later[at])]


def told_in(text: str, numbers: Iterable[str]) -> list[str]:
    """Which numbers stand in a text, and not only as digits of a longer one, as of a coordinate."""
    # Most stand nowhere, which a plain search tells much faster.
    return [number for number in numbers if number in text and re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text)]


def with_images(html: str) -> str:
    """A page and, as text, the SVG images in it."""
    return html + "".join(b64decode(image).decode() for image in re.findall(r"image/svg\+xml;base64,([A-Za-z0-9+/=]+)", html))
