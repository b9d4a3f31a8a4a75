"""Looking for somebody outside this host who would notice that the watch is dead."""

from urllib.parse import urlsplit

from config.decode import SettingsError
from config.settings import Settings
from listener import heartbeat
from listener.commands.checklist import Checklist
from listener.heartbeat import Secret

HERE = frozenset({"", "localhost", "ip6-localhost", "::1", "0.0.0.0", "::"})  # noqa: S104 - names of this host, nothing is bound
CHECK = "watchdog"


def look(found: Checklist, settings: Settings, secret: Secret) -> None:
    """Note who would notice: the address that is pinged, or a broker elsewhere that hears the heartbeat."""
    try:
        url = heartbeat.address(settings.watchdog, secret)
    except SettingsError as error:
        found.note("problem", CHECK, str(error))
        return
    if url and not urlsplit(url).hostname:
        found.note("problem", CHECK, "what url_file holds is no address; it begins with https://")
    elif url and not here(urlsplit(url).hostname or ""):
        every = f"every {settings.watchdog.seconds} s"
        found.note("ok", CHECK, f"{heartbeat.place(url)} is pinged {every} while all is well")
    elif brokers := _elsewhere(settings):
        what = f"the heartbeat goes to {', '.join(brokers)}; somebody must miss it there, or set [watchdog]"
        found.note("ok", CHECK, what)
    else:
        why = "nobody outside this host would notice that it died; set [watchdog] url"
        found.note("warning", CHECK, f"{heartbeat.place(url)} is this host: {why}" if url else why)


def here(host: str) -> bool:
    """Tell whether a name is that of this host."""
    return host in HERE or host.startswith("127.")


def _elsewhere(settings: Settings) -> list[str]:
    return [
        f"{name} ({given.settings.host})"
        for name, given in settings.channels.items()
        if given.kind == "mqtt" and not here(given.settings.host)
    ]
