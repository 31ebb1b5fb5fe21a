"""How fast graphs are laid out and written as SVG, next to Graphviz's `dot` on the same boxes and edges where it is installed.

Run: python benchmarks/drawing.py. The promises: 2,000 nodes in under 0.5 s, 12,000 in under 10 s; a page of under 20 KB for the
text's example, and pages that grow with the number of steps only. Rounds alternate, and the middle of them counts.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from autograd import Value, draw, draw_dot, scope, step_through, tanh, total
from nn import MLP

ROUNDS = 5
DOT_PATIENCE = 60.0


def tangled(n: int) -> Value:
    """A graph of n nodes that use results among the latest 60: many long edges, all in one tangle."""
    generator = random.Random(0)
    pool = [Value(generator.uniform(-1, 1), f"x{k}") for k in range(n // 10)]
    while len(pool) < n - 1:
        a, b = generator.choice(pool[-60:]), generator.choice(pool[-60:])
        pool.append(generator.choice((lambda a=a, b=b: a + b, lambda a=a, b=b: a * b, lambda a=a: tanh(a)))())
    used = {operand for node in pool for operand in node.operands}
    return total([node for node in pool if node not in used])


def network(sizes: list[int]) -> Value:
    """All nodes of a network: weights, sums, activations."""
    return total(MLP(8, sizes)([Value(0.1 * k, f"x{k}") for k in range(8)]))


def chain(n: int) -> Value:
    """Operations in a row."""
    y = Value(0.5, "x")
    for _ in range(n):
        y = tanh(y)
    return y


def middle(measure: Callable[[], float]) -> float:
    """The median of some rounds."""
    return statistics.median(measure() for _ in range(ROUNDS))


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def dot_seconds(output: Value) -> str:
    """What `dot` takes for the same boxes and edges."""
    if shutil.which("dot") is None:
        return "not installed"
    source = draw_dot(output, "value").source.encode()
    start = time.perf_counter()
    try:
        subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, check=True, timeout=DOT_PATIENCE)
    except subprocess.TimeoutExpired:
        return f"over {DOT_PATIENCE:.0f} s"
    except subprocess.CalledProcessError:
        return "failed"
    return f"{time.perf_counter() - start:.2f} s"


STEPS_IN_BROWSER = """
const root = document.querySelector(".chalkgrad-steps").shadowRoot, next = root.querySelector("[name=next]"), times = [];
const slider = root.querySelector("[type=range]");
slider.value = 4000;
slider.dispatchEvent(new Event("input"));
for (let k = 0; k < 300; k++) { const start = performance.now(); next.click(); times.push(performance.now() - start); }
return times.sort((a, b) => a - b);
"""


def step_in_browser(path: Path) -> str:
    """How long a step of a page of over 5,000 takes in Chromium: the middle of 300, and the slowest but 15."""
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        return "selenium is not installed"
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        return "Chromium and its driver are not installed"
    y, w = Value(0.5, "x"), [Value(0.1 * k, f"w{k}") for k in range(1, 9)]
    for k in range(1250):
        y = tanh(y * w[k % 8])
    step_through(y).save(path)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1300,900"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=Service(driver))
    try:
        browser.get(path.as_uri())
        times = browser.execute_script(STEPS_IN_BROWSER)
    finally:
        browser.quit()
    return f"{times[150]:.1f} ms in the middle, {times[285]:.1f} ms the slowest but 15; promised under 16 ms"


def main() -> None:
    """Measure and print."""
    graphs = {
        "network, 2,000 nodes": (network([40, 30, 8]), 0.5),
        "tangle, 2,000 nodes": (tangled(2000), 0.5),
        "chain, 2,000 nodes": (chain(2000), 0.5),
        "network, 12,000 nodes": (network([100, 95, 8]), 10.0),
        "tangle, 12,000 nodes": (tangled(12_000), 10.0),
        "chain, 12,000 nodes": (chain(12_000), 10.0),
    }
    print(f"{'graph':<24}{'boxes':>8}{'edges':>8}{'SVG':>9}{'promised':>10}   dot")
    for name, (output, promised) in graphs.items():
        diagram = draw(output, "value").diagram
        taken = middle(lambda output=output: seconds(lambda: draw(output, "value").svg()))
        print(
            f"{name:<24}{len(diagram.boxes):>8,}{len(diagram.edges):>8,}{taken:>7.2f} s{promised:>8.1f} s   {dot_seconds(output)}"
        )
    with scope("a long chain"):
        folded = chain(100_000)
    print(f"a chain of 100,000 operations in a scope, folded: {middle(lambda: seconds(lambda: draw(folded).svg())):.2f} s")
    with TemporaryDirectory() as folder:
        a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
        page = step_through(c * (a + 2 * b)).save(Path(folder) / "steps.html")
        print(f"the page of L = c(a + 2b): {page.stat().st_size:,} bytes, promised under 20,000")
        print(f"a step of 6,251 in the browser: {step_in_browser(Path(folder) / 'long.html')}")
        for n in (500, 1000, 2000):
            stepper = step_through(chain(n))
            taken = middle(lambda stepper=stepper: seconds(lambda: stepper.html()))
            size = len(stepper.html().encode())
            print(f"a page of {len(stepper):,} steps: {taken:.2f} s, {1e6 * taken / len(stepper):.0f} µs and "
                  f"{size / len(stepper):.0f} bytes a step")  # fmt: skip


if __name__ == "__main__":
    main()
