"""`hinoban check` on one-tap links, and on the URLs of Apprise: said before a night that needs them."""

from pathlib import Path

import pytest

from tests.apprise_far import PLUGINS
from tests.unit.commands.places import FINE, a_place, checked

PAGER = '[channels.pager]\nkind = "webhook"\nurl = "https://pager.example/hinoban"\n'


async def links(folder: Path, given: str, rest: str = FINE) -> tuple[int, str]:
    """Return the exit code and what is said of links with these settings."""
    code, found = await checked(a_place(folder, f"{rest}{given}"))
    return code, found["links"][0]


async def test_without_an_address_pages_say_what_to_type(tmp_path: Path) -> None:
    """Which is no mistake."""
    code, said = await links(tmp_path, "")
    assert (code, said.partition(":")[0]) == (0, "ok")
    assert "links.public_url" in said


async def test_settings_without_an_address_are_of_no_use(tmp_path: Path) -> None:
    """An address to listen on makes no links."""
    code, said = await links(tmp_path, '[links]\nlisten = "0.0.0.0:8781"\n')
    assert code == 0
    assert said.startswith("warning: listen of no use")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8780", "https://localhost", "http://[::1]:8780", "http://0.0.0.0:8780"]
)
async def test_a_loopback_address_is_refused_where_pages_leave_this_host(tmp_path: Path, url: str) -> None:
    """It would lead the reader of a page to their own telephone."""
    code, said = await links(tmp_path, f'[links]\npublic_url = "{url}"\n', FINE + PAGER)
    assert code == 1
    assert said.startswith(f"problem: links.public_url is {url}")
    assert "pager" in said


async def test_a_loopback_address_is_fine_for_a_terminal(tmp_path: Path) -> None:
    """Whoever reads it sits here."""
    code, said = await links(tmp_path, '[links]\npublic_url = "http://127.0.0.1:8780"\n')
    assert (code, said) == (0, "ok: http://127.0.0.1:8780/a/…, for 72 h")


async def test_an_address_without_encryption_is_a_warning(tmp_path: Path) -> None:
    """The token would travel in the clear."""
    code, said = await links(tmp_path, '[links]\npublic_url = "http://watch.example"\n', FINE + PAGER)
    assert (code, said.partition(":")[0]) == (0, "warning")


async def test_links_that_nobody_serves_are_a_problem(tmp_path: Path) -> None:
    """Without a server there is nothing to open; pages will say what to type."""
    url = '[links]\npublic_url = "https://watch.example"\n[http]\nenabled = false\n'
    code, said = await links(tmp_path, url)
    assert code == 1
    assert said.endswith("set links.listen")


async def test_links_cannot_have_the_address_of_the_console(tmp_path: Path) -> None:
    """Two servers on one port: leaving it empty is what was meant."""
    both = '[links]\npublic_url = "https://watch.example"\nlisten = "127.0.0.1:8780"\n'
    code, said = await links(tmp_path, both)
    assert code == 1
    assert "leave it empty" in said


async def test_apprise_urls_are_tried_on_its_plug_ins(tmp_path: Path) -> None:
    """Every one that cannot be used is said, by its line; a password never is."""
    assert "json" in PLUGINS
    secret = tmp_path / "urls"
    secret.write_text("ntfys://topic\nmailto://pa55word\nnope://x\n", "utf-8")
    channel = f'[channels.people]\nkind = "apprise"\nurls_file = "{secret}"\n'
    code, found = await checked(a_place(tmp_path, FINE + channel))
    assert code == 1
    [said] = found["channels.people"]
    assert said.startswith("problem: mailto (2): Apprise refuses the URL: something")
    assert "nope (3): no URL that Apprise can use" in said
    assert "pa55word" not in said
