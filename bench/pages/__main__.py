"""``python -m bench.pages``: ten pages in two languages as a phone shows them, in bench/out/pages."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from alerts.wording import Language
from bench.pages.cases import cases
from bench.pages.sheet import WIDE, sheet

OUT = Path(__file__).parent.parent / "out" / "pages"
LANGUAGES: tuple[Language, ...] = ("ja", "en")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run", "--hide-scrollbars", "--force-device-scale-factor=2",
)  # fmt: skip


def main() -> int:
    """Draw every case; 1 if a bubble is higher than a page may be."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.stderr.write("bench.pages draws with Chromium, which is not installed here\n")
        return 3
    OUT.mkdir(parents=True, exist_ok=True)
    too_high = 0
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as profile:
        for case in cases():
            for language in LANGUAGES if not wanted or case.name in wanted else ():
                page = OUT / f"{case.name}-{language}.html"
                page.write_text(sheet(case, language), "utf-8")
                rows = _drawn(browser, profile, page)
                too_high += rows > 20
                print(f"{page.stem}: {rows} rows")
    return 1 if too_high else 0


def _drawn(browser: str, profile: str, page: Path) -> int:
    """Draw *page* as a PNG beside it; return the rows that its bubble took."""
    common = (browser, *QUIET, f"--user-data-dir={profile}")
    told = subprocess.run(
        [*common, f"--window-size={WIDE},900", "--dump-dom", page.as_uri()],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.search(r'id="rows">(\d+)', told)
    rows = int(found[1]) if found else 0
    size, image = f"--window-size={WIDE},{420 + 20 * rows}", page.with_suffix(".png")
    subprocess.run([*common, size, f"--screenshot={image}", page.as_uri()], check=True, capture_output=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
