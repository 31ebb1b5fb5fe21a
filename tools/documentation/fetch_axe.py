"""Fetches axe-core, which the tests of the site check pages with; `make test-site` runs it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.playground.npm_packages import content, fetched  # noqa: E402

VERSION = "4.12.1"
INTEGRITY = "sha512-s7iGf5GaVMxEG0ENN9x+xTr7GFZCb1ZP/1uATUpCEK2X78nDB3RwbtFCo9pGAf9ru+VwoQ464DkaLEeRM08wJA=="

if __name__ == "__main__":
    folder = ROOT / "out" / "axe"
    folder.mkdir(parents=True, exist_ok=True)
    archive = fetched("axe-core", VERSION, INTEGRITY, ROOT / "build" / "axe")
    (folder / "axe.min.js").write_bytes(content(archive, "axe.min.js"))
