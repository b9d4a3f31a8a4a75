"""[links]: where readers reach them."""

import pytest

from config.decode import SettingsError, settings
from listener.assembly import TABLES


def refused(given: str) -> str:
    """Return why these settings of [links] are refused."""
    with pytest.raises(SettingsError) as error:
        settings(f"schema = 1\n[links]\n{given}\n", "hinoban.toml", TABLES)
    return str(error.value)


def test_everything_may_be_left_out() -> None:
    """Then there are no links."""
    links = settings("schema = 1", "hinoban.toml", TABLES).links
    assert (links.public_url, links.listen, links.trusted_proxies, links.hours) == ("", "", (), 72)


def test_a_path_and_a_port_are_fine() -> None:
    """Behind a proxy that has other things to serve."""
    text = 'schema = 1\n[links]\npublic_url = "https://ops.example:8443/watch/"\nlisten = "[::1]:8781"\n'
    assert settings(text, "hinoban.toml", TABLES).links.public_url == "https://ops.example:8443/watch/"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("watch.example", "is no address"),
        ("ftp://watch.example", "is no address"),
        ("https://", "is no address"),
        ("https://watch.example:port", "is no address"),
        ("https://火の番.example", "is no address"),
        ("https://watch.example/?a=1", "has more than a host and a path"),
        ("https://me:pw@watch.example", "has more than a host and a path"),
        ("https://watch.example/" + "x" * 80, "has more than 80 characters"),
    ],
)
def test_what_is_no_address_is_refused(url: str, why: str) -> None:
    """In one sentence, with what would be right."""
    said = refused(f'public_url = "{url}"')
    assert said.startswith("hinoban.toml, line 3: links.public_url: ")
    assert why in said
    assert said.endswith("write it like https://watch.example")


def test_an_address_to_listen_on_has_a_port() -> None:
    """As for http.listen."""
    assert refused('listen = "0.0.0.0"') == (
        'hinoban.toml, line 3: links.listen: "0.0.0.0" is no address; write host:port, like 127.0.0.1:8780'
    )


def test_a_trusted_proxy_is_an_address_or_a_network() -> None:
    """A name could be anybody's by tomorrow."""
    assert "is neither an address nor a network" in refused(
        'trusted_proxies = ["10.0.0.0/8", "proxy.example"]'
    )


def test_links_last_for_an_hour_at_least() -> None:
    """Zero would make every link a dead one."""
    assert "links.hours" in refused("hours = 0")
