"""What `hinoban check` says of one-tap links: who could open them, and who else."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from config.settings import Settings
from listener.commands.checklist import Checklist

_HERE = frozenset({"stdout"})  # channels that are read on this host


def look(found: Checklist, settings: Settings) -> None:
    """Note whether the links on pages can be opened by those who get the pages."""
    given = settings.links
    if not given.public_url:
        unused = [name for name in ("listen", "trusted_proxies") if getattr(given, name)]
        if unused:
            why = f"{' and '.join(unused)} of no use: there are no links without links.public_url"
            found.note("warning", "links", why)
        else:
            found.note("ok", "links", "none, pages say what to type; links.public_url makes them tappable")
        return
    if why := _trouble(settings):
        found.note("problem", "links", why)
    elif urlsplit(given.public_url).scheme == "http" and not _loopback(given.public_url):
        found.note("warning", "links", f"{given.public_url}: without https everybody on the way can tap them")
    else:
        found.note("ok", "links", f"{given.public_url}/a/…, for {given.hours} h")


def _trouble(settings: Settings) -> str:
    given = settings.links
    if not given.listen and not settings.http.enabled:
        return "nothing serves them while http.enabled is false; set links.listen"
    if given.listen and given.listen == settings.http.listen and settings.http.enabled:
        return f"links.listen is http.listen ({given.listen}); leave it empty, or give it another port"
    remote = sorted(name for name, one in settings.channels.items() if one.kind not in _HERE)
    if remote and _loopback(given.public_url):
        return (
            f"links.public_url is {given.public_url}, which leads whoever reads a page by "
            f"{', '.join(remote)} to their own device; write the address that they reach this host by"
        )
    return ""


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
