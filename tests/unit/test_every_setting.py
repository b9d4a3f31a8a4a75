"""Every setting is put to use by a reload, or announced as one that needs a restart: none is passed over."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest
from structlog.testing import capture_logs

from config.settings import Kinded, Settings
from listener import assembly
from listener.app import Daemon
from listener.assembly import TABLES
from listener.refresh import AT_START
from models.clock import VirtualClock
from tests.builders import NIGHT
from tests.unit.setting_changes import CHANGES, CONFIGURATION, FILES, SEVERITY, Change

FIXED = {"schema"}
"""What has one value only."""
TYPES = {"brand.*.severity": TABLES.severity, "escalation.*": TABLES.ladder, "detection": TABLES.detection}
"""What the settings themselves leave open."""


def leaves(kind: Any, path: str = "") -> Iterator[str]:
    """Yield every key that a type of settings has, ``*`` for each name that somebody chooses."""
    kind = TYPES.get(path, kind)
    named = get_args(kind)[1] if get_origin(kind) is dict else None
    if named is not None and "." not in path:
        yield from leaves(named, f"{path}.*")
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Kinded:
        for field in msgspec.structs.fields(kind):
            yield from leaves(field.type, f"{path}.{field.encode_name}".removeprefix("."))
    else:
        yield path


LEAVES = tuple(leaves(Settings))
AT_START_LEAVES = [leaf for leaf in LEAVES if leaf.split(".")[0] in AT_START]


def test_no_setting_is_passed_over() -> None:
    """Whoever adds one says here what a reload makes of it."""
    applied = {change.pattern for change in (*CHANGES, *SEVERITY)}
    assert set(LEAVES) == applied | set(AT_START_LEAVES) | FIXED
    assert not applied & set(AT_START_LEAVES)
    assert len(LEAVES) > 100


def replaced(whole: Any, key: str, value: Any) -> Any:
    """Return *whole* with another value of one key."""
    head, _, rest = key.partition(".")
    if isinstance(whole, dict):
        return {**whole, head: replaced(whole[head], rest, value) if rest else value}
    known = {field.encode_name: field.name for field in msgspec.structs.fields(whole)}
    inner = replaced(getattr(whole, known[head]), rest, value) if rest else value
    return msgspec.structs.replace(whole, **{known[head]: inner})


def another(value: Any) -> Any:
    """Return a value of the same type that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, tuple):
        return (*value, "x")
    if isinstance(value, Path):
        return value / "x"
    return Kinded("x", None) if isinstance(value, Kinded) else value + 1


def found(whole: Any, key: str) -> Any:
    """Return the value of one key."""
    for part in key.split("."):
        known = {field.encode_name: field.name for field in msgspec.structs.fields(whole)}
        whole = getattr(whole, known[part])
    return whole


@pytest.fixture
async def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Daemon]:
    """Build a watch that is ready to run."""
    path = tmp_path / "hinoban.toml"
    for name, text in {**FILES, path.name: CONFIGURATION}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(text, "utf-8")
    settings = assembly.read_settings(path)
    monkeypatch.chdir(tmp_path)
    async with AsyncExitStack() as stack:
        built = Daemon(path, settings, VirtualClock(NIGHT), "0")
        await built._build(stack)
        yield built


async def changed(daemon: Daemon, key: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Reload with one changed setting; return what is said to wait for a restart."""
    given = replaced(daemon._settings, key, value)
    monkeypatch.setattr(assembly, "read_settings", lambda _: given)
    with capture_logs() as said:
        assert await daemon._refresh.apply(), daemon._refresh.trouble
    return [line["settings"] for line in said if line["event"] == "restart_to_apply"]


@pytest.mark.parametrize("change", [*CHANGES, *SEVERITY], ids=lambda change: change.key)
async def test_a_reload_applies_it(change: Change, daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """The running watch goes by the new value, and no restart is asked for."""
    assert change.seen(daemon) != change.then
    assert await changed(daemon, change.key, change.value, monkeypatch) == []
    assert change.seen(daemon) == change.then


async def test_a_reload_announces_what_waits_for_a_restart(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its key; until then everybody goes by the old value, also those who are handed all settings."""
    used: list[Settings] = []
    monkeypatch.setattr(daemon._refresh, "_use", lambda settings, _: used.append(settings))
    for leaf in AT_START_LEAVES:
        key = leaf.replace("*", "inbox" if leaf.startswith("sources") else "mail")
        value = Kinded("stdout", None) if "*" in leaf else another(found(daemon._settings, key))
        assert await changed(daemon, key, value, monkeypatch) == [[key]], leaf
        top = key.split(".")[0]
        assert getattr(used[-1], top) == getattr(daemon._settings, top), leaf
        assert getattr(daemon._refresh.rotas._settings, top) == getattr(daemon._settings, top), leaf
    assert len(used) == len(AT_START_LEAVES)
