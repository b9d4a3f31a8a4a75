"""The house stands as its plan says."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("listener", "models", "alerts", "config")
PURE = (
    "models/volume",
    "alerts/severity.py",
    "alerts/grouping.py",
    "alerts/digest",
    "alerts/rota",
    "alerts/escalation",
)
INPUT_OUTPUT = {
    "aiohttp",
    "aiomqtt",
    "aiosqlite",
    "asyncio",
    "litestar",
    "os",
    "pathlib",
    "socket",
    "sqlite3",
    "subprocess",
    "uvicorn",
}
DECISION = re.compile(r"(\d{4})-[a-z0-9-]+\.md")
LONGEST = 300
TEXT = {".py", ".toml", ".md", ".sh", ".sql", ".service", ".conf", ".yaml", ".yml", ".json", ""}
# spelt so that this file does not find itself
PRIVATE = re.compile(r"/wo" + r"rk/|/tm" + r"p/hb|find-li" + r"nks|/opt/wh" + r"eels")
VAGUE = {"utils", "helpers", "core", "base", "manager", "common", "misc"}


def _files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _ours() -> list[Path]:
    """Return the files that git keeps, or all that are no caches where there is no git."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=False,
        capture_output=True,
        text=True,
    )
    if listing.returncode:
        pytest.skip("this copy of the sources is no git clone")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def _imports(file: Path) -> set[str]:
    """Return the top-level names that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_nobody_else_claims_our_import_names() -> None:
    """Four short names at the top of an environment of our own: another owner would shadow them."""
    claims: dict[str, set[str]] = {room: set() for room in ROOMS}
    for other in distributions():
        name = other.metadata["Name"]
        for file in () if name == "hinoban" else other.files or ():
            top = file.parts[0].removesuffix(".py")
            if top in claims and file.suffix == ".py":
                claims[top].add(name)
    assert claims == {room: set() for room in ROOMS}


def test_our_rooms_are_the_ones_that_are_imported() -> None:
    """From this tree, not from a stray folder of the same name."""
    for room in ROOMS:
        file = __import__(room).__file__
        assert file is not None
        assert Path(file).parent == ROOT / room


def test_the_command_is_installed() -> None:
    """`hinoban` starts the listener's command line."""
    scripts = distribution("hinoban").entry_points.select(group="console_scripts", name="hinoban")
    assert [script.value for script in scripts] == ["listener.__main__:main"]


def test_every_room_is_under_an_import_rule() -> None:
    """`make lint` checks the rules; a room that they forget is free to import anything."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert sorted(tool["importlinter"]["root_packages"]) == sorted(ROOMS)
    ruled = str(tool["importlinter"]["contracts"])
    assert all(f"'{room}'" in ruled for room in ROOMS)
    independent = next(c for c in tool["importlinter"]["contracts"] if c["type"] == "independence")["modules"]
    assert {f"listener.{room}" for room in ("sources", "matching", "storage", "console")} <= set(independent)


def test_the_deciders_touch_nothing_outside() -> None:
    """They take what they decide on and return what they decided, and can be run over a year of nights."""
    for pure in PURE:
        path = ROOT / pure
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []:
            assert not _imports(file) & INPUT_OUTPUT, f"{file.relative_to(ROOT)} reaches outside"


def test_no_name_says_nothing() -> None:
    """A module called utils is a drawer."""
    vague = [str(file.relative_to(ROOT)) for file in _files(*ROOMS, "bench") if file.stem in VAGUE]
    assert vague == []


def test_files_stay_readable() -> None:
    """At most so many lines; a longer one is two."""
    every = _files(*ROOMS, "bench", "tests")
    lengths = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in every}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_test_rests_on_another() -> None:
    """What two modules of tests need stands beside them, so that either can be moved or thrown away."""
    leaning = re.compile(r"^from tests\.\S*\btest_\w+ import", re.MULTILINE)
    assert [
        str(file.relative_to(ROOT)) for file in _files("tests") if leaning.search(file.read_text("utf-8"))
    ] == []


def test_functions_stay_short() -> None:
    """None over 50 lines, nine in ten at most 25, half of them at most 8."""
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for file in _files(*ROOMS)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[-1] <= 50
    assert lengths[len(lengths) * 9 // 10] <= 25
    assert lengths[len(lengths) // 2] <= 8


def test_nothing_names_a_place_on_one_machine() -> None:
    """What is in the tree means the same in every clone."""
    found = []
    for file in _ours():
        if file.suffix not in TEXT:
            continue
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1):
            if PRIVATE.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}")
    assert found == []


def test_decisions_are_numbered_without_holes() -> None:
    """A decision is never deleted, only superseded by a later one."""
    files = sorted(file.name for file in (ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(match[1]) for name in files if (match := DECISION.fullmatch(name))]
    assert len(numbers) == len(files), f"misnamed: {files}"
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_says_what_and_why() -> None:
    """Under the same headings, so that a reader finds the reason."""
    for file in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        text = file.read_text("utf-8")
        assert text.startswith(f"# {int(file.name[:4])}. "), file.name
        for heading in ("## Decision", "## Why", "## Consequences"):
            assert heading in text, f"{file.name} has no {heading}"


def test_links_between_our_documents_lead_somewhere() -> None:
    """A link to a file that was renamed is found here and not by the reader."""
    broken = [
        f"{file.relative_to(ROOT)} -> {target}"
        for file in [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", file.read_text("utf-8"))
        if not (file.parent / target).exists()
    ]
    assert broken == []


def test_every_make_target_says_what_it_does() -> None:
    """`make help` lists the commands of the contract."""
    result = subprocess.run(["make", "-C", str(ROOT), "help"], check=True, capture_output=True, text=True)
    listed = re.findall(r"^  make (\w+) +\S", result.stdout, re.MULTILINE)
    assert {"setup", "demo", "test", "lint", "bench", "help", "install", "uninstall"} <= set(listed)


def test_the_picture_of_the_architecture_is_true() -> None:
    """Every path it names is there, and no room is left out."""
    named = set(
        re.findall(r"`((?:\w+/)+(?:\w+\.py)?)`", (ROOT / "docs" / "architecture.md").read_text("utf-8"))
    )
    assert {path for path in named if not (ROOT / path).exists()} == set()
    rooms = {
        f"{file.parent.relative_to(ROOT)}/" for room in ROOMS for file in (ROOT / room).glob("*/__init__.py")
    }
    assert rooms <= named
