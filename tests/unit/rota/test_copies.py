"""Calendars from the web: bounded, and never half."""

import asyncio
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from listener.rota import copies
from listener.rota.copies import Copies, FetchError, fetch

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """Serve one answer on loopback."""
    app = web.Application()
    app.router.add_get("/{any:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/secret/oncall.ics"
    finally:
        await runner.cleanup()


async def refused(answer: Answer) -> str:
    """Return the sentence that answers a server; the address stays out of it."""
    async with serving(answer) as url:
        with pytest.raises(FetchError) as error:
            await fetch(url)
    assert "secret" not in str(error.value)
    return str(error.value)


async def test_a_calendar_is_fetched_as_text() -> None:
    """Without the mark that some programs put before UTF-8."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body="\ufeffBEGIN:VCALENDAR 佐藤".encode())

    async with serving(answer) as url:
        assert await fetch(url) == "BEGIN:VCALENDAR 佐藤"


async def test_a_redirect_is_followed_but_not_for_ever() -> None:
    """Web calendars move; a circle is an error."""

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("moved"):
            return web.Response(text="here")
        raise web.HTTPFound("/moved" if "circle" not in request.path else "/circle")

    async with serving(answer) as url:
        assert await fetch(url) == "here"
        with pytest.raises(FetchError, match="TooManyRedirects"):
            await fetch(url.replace("secret", "circle"))


@pytest.mark.parametrize("status", [401, 404, 429, 500])
async def test_any_other_answer_is_told_by_its_number(status: int) -> None:
    """Whatever text it comes with."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text="BEGIN:VCALENDAR")

    assert await refused(answer) == f"127.0.0.1 answered {status}"


async def test_too_much_is_not_read_to_its_end() -> None:
    """Not even where it was sent packed."""

    async def answer(_: web.Request) -> web.Response:
        response = web.Response(body=b" " * 6_000_000)
        response.enable_compression()
        return response

    assert "sent more than 5,000,000 bytes" in await refused(answer)


async def test_bytes_that_are_no_text_are_refused() -> None:
    """A picture, for example."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=b"\x89PNG\xff")

    assert await refused(answer) == "127.0.0.1 sent no UTF-8 text"


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are read meanwhile and afterwards."""
    monkeypatch.setattr(copies, "PATIENCE", 0.1)
    over = asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        await over.wait()
        return web.Response()

    async with serving(answer) as url:
        with pytest.raises(FetchError, match="did not answer within"):
            await fetch(url)
        over.set()


async def test_nobody_there_is_one_sentence() -> None:
    """Without the address, which may be a secret."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    async with serving(answer) as url:
        pass
    with pytest.raises(FetchError) as error:
        await fetch(url)
    assert str(error.value).startswith("127.0.0.1 cannot be asked: ")
    assert "secret" not in str(error.value)


def test_the_last_good_copy_is_kept_beside_the_database(tmp_path: Path) -> None:
    """For its own address only, closed to others, and one per rota."""
    kept = Copies(tmp_path / "hinoban.db")
    kept.keep("food", "https://a.example/1", "one")
    kept.keep("tea", "https://a.example/1", "other")
    kept.keep("food", "https://a.example/2", "two")
    found = kept.load("food", "https://a.example/2")
    assert found is not None
    assert found.text == "two"
    assert kept.load("food", "https://a.example/1") is None
    assert kept.load("tea", "https://a.example/1") is not None
    assert len(list((tmp_path / "hinoban.rota").iterdir())) == 2
    assert stat.S_IMODE((tmp_path / "hinoban.rota").stat().st_mode) == 0o700
