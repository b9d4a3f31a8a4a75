"""``python -m bench.oncall``: one night of calls, line by line."""

import argparse
import asyncio
import re
from pathlib import Path

from alerts.wording import Language
from bench.oncall import transcript, watch
from listener import logs

LANGUAGES: tuple[Language, ...] = ("en", "ja")
PAGES: dict[Language, Path] = {
    "en": Path(__file__).parents[2] / "docs" / "escalation.md",
    "ja": Path(__file__).parents[2] / "docs" / "escalation.ja.md",
}
SHOWN = re.compile(r"(?<=```text\n)\d\d:\d\d .*?(?=\n```)", re.DOTALL)


def main() -> None:
    """Play the night and print it, or put it into the documentation."""
    parser = argparse.ArgumentParser(prog="python -m bench.oncall", description=__doc__)
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of pages and transcript")
    parser.add_argument("--write", action="store_true", help="into docs/escalation.md and its Japanese twin")
    asked = parser.parse_args()
    logs.configure("json", "error")
    if not asked.write:
        print(told(asked.language))
        return
    for language, page in PAGES.items():
        text = page.read_text("utf-8")
        if shown := SHOWN.search(text):
            page.write_text(text[: shown.start()] + told(language) + text[shown.end() :], "utf-8")


def told(language: Language) -> str:
    """Play the night; return its transcript."""
    return "\n".join(transcript.lines(asyncio.run(watch.played(language)), language))


if __name__ == "__main__":
    main()
