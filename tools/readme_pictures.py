"""Record the moving picture of the README: the page of L = c(a + 2b), stepped through, and then dragged.

    python tools/readme_pictures.py

needs Chromium with its driver, a font for formulas (such as STIX), and Pillow, which comes with matplotlib.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from autograd import Value, step_through

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs/pictures/stepping.gif"
SIZE = 760, 730
COLOURS = 64
# Milliseconds that a frame stays.
STEP, DRAG, END = 1100, 120, 2500


def page() -> str:
    """The page that is recorded."""
    a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    loss = c * (a + 2 * b)
    loss.label = "L"
    return step_through(loss).html()


def browser(profile: str) -> Any:
    """A Chromium without a window."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    size = f"--window-size={SIZE[0]},{SIZE[1]}"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--hide-scrollbars",
        size,
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    return Chrome(options=options, service=Service(shutil.which("chromedriver")))


def frames(driver: Any) -> list[tuple[Image.Image, int]]:
    """What the page shows, and for how long."""

    def run(script: str, *arguments: Any) -> Any:
        return driver.execute_script("const root = document.querySelector('.chalkgrad-steps').shadowRoot;" + script, *arguments)

    def frame(milliseconds: int) -> tuple[Image.Image, int]:
        picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
        return picture, milliseconds

    n_steps = int(run("return root.host.dataset.count"))
    taken = [frame(STEP)]
    for _ in range(n_steps):
        run("root.querySelector('[name=next]').click()")
        taken.append(frame(STEP))
    low, high = 3.0, 5.0
    for k in range(17):
        # There and back again.
        number = low + (high - low) * (1 - abs(k - 8) / 8)
        run(
            "const slider = root.querySelector('.leaves [type=range]');"
            "slider.value = arguments[0]; slider.dispatchEvent(new Event('input', {bubbles: true}))",
            number,
        )
        taken.append(frame(DRAG))
    taken[-1] = taken[-1][0], END
    return taken


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(page(), encoding="utf-8")
        driver = browser(f"{folder}/profile")
        try:
            driver.get(path.as_uri())
            taken = frames(driver)
        finally:
            driver.quit()
    # One palette for all, so that what doesn't change stays the same to the pixel and costs nothing.
    palette = taken[-9][0].quantize(COLOURS)
    pictures = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture, _ in taken]
    PICTURE.parent.mkdir(exist_ok=True)
    pictures[0].save(
        PICTURE, save_all=True, append_images=pictures[1:], duration=[milliseconds for _, milliseconds in taken], loop=0,
        optimize=True,
    )  # fmt: skip
    print(f"{PICTURE.relative_to(ROOT)}: {len(pictures)} frames, {PICTURE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
