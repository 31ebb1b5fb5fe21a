"""Driving the page of steps as a person does, and reading what it shows."""

from __future__ import annotations

import json
from typing import Any


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
