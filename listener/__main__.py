"""The command line: `hinoban COMMAND`. Commands load only what they use, so that each starts fast."""

import asyncio
import sys
from collections.abc import Coroutine
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, CycloptsError, Parameter

from config.decode import SettingsError
from listener.commands.formats import Format, for_people
from listener.commands.places import PLACES, Config, place

DONE, PROBLEMS, USAGE, OUTSIDE = 0, 1, 2, 3

Keywords = Annotated[
    tuple[Path, ...],
    Parameter(name="--keywords", help="Keyword lists: files, or folders of them.", consume_multiple=True),
]
File = Annotated[
    Path, Parameter(allow_leading_hyphen=True, help="Posts as JSON lines; none or - is standard input.")
]

app = App(
    name="hinoban",
    help="火の番: the night watch for brands.",
    version=lambda: version("hinoban"),
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
)
keywords_app = App(name="keywords", help="Keyword lists.")
incidents_app = App(name="incidents", help="What burns, and what people do about it.")
model_app = App(name="model", help="Models that judge how posts feel.")
rota_app = App(name="rota", help="Who is on call, and when nobody is.")
report_app = App(name="report", help="What a night was, and what a month was.")
outbox_app = App(name="outbox", help="What waits to be delivered, and what could not be.")
for _group in (keywords_app, incidents_app, model_app, rota_app, report_app, outbox_app):
    app.command(_group)
rota_app.command("listener.commands.rota:who", help="Say who is on call; exit code 1 when nobody is.")
rota_app.command("listener.commands.rota:show", help="Show the coming shifts, and the gaps between them.")
rota_app.command("listener.commands.rota:gaps", help="Show when nobody is on call; exit code 1 when ever.")
incidents_app.command("listener.commands.incident:listed", name="list", help="List open incidents.")
incidents_app.command("listener.commands.incident:show", help="Show one incident, and what happened.")
incidents_app.command("listener.commands.incident:responded", help="Note when the brand first answered.")
report_app.command("listener.commands.report:morning", help="Print the morning digest, whole.")
report_app.command("listener.commands.report:month", name="monthly", help="Print the report of a month.")
outbox_app.command(
    "listener.commands.outbox:listed", name="list", help="List what waits, and what could not be delivered."
)
outbox_app.command("listener.commands.outbox:retry", help="Send again what could not be delivered.")
app.command("listener.commands.drill:command", name="drill", help="Send a test page down every way.")
app.command("listener.commands.backtest:backtest", help="Try changed lists or settings on stored posts.")
app.command("listener.commands.learn:learn", help="Teach the watch what is usual, from the past.")


@app.command
def run(*, config: Config = None) -> int:
    """Watch: the daemon. SIGTERM drains and stops, SIGHUP reads the configuration again."""
    from listener import daemon

    return daemon.run(place(config), version("hinoban"))


@app.command
def demo(*, once: bool = False) -> int:
    """Replay the shipped night. On a terminal it takes a minute; elsewhere it prints JSON lines.

    Parameters
    ----------
    once
        End after the night instead of staying on its last picture.
    """
    from listener import demo as night

    return asyncio.run(night.run(once=once))


@app.command
def check(*, config: Config = None, online: bool = False) -> int:
    """Check the configuration, the keyword lists and the credentials.

    Parameters
    ----------
    online
        Also connect once to every source and channel.
    """
    from listener.commands import check as checking

    return asyncio.run(checking.run(place(config), sys.stdout, sys.stderr, online=online))


@app.command
def match(*files: File, keywords: Keywords) -> int:
    """Say which keywords match each post, and why."""
    from listener.commands import match as matching

    lists, posts = _parted(keywords)
    return matching.run(lists, [*posts, *files], sys.stdout)


@app.command
def score(*files: File, config: Config = None) -> int:
    """Say how each post feels."""
    from listener.commands import score as scoring

    settings = None if config is None and not any(at.exists() for at in PLACES) else _settings(config)
    return scoring.run_configured(settings, files, sys.stdout, sys.stderr)


@app.command
def detect(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    *,
    interval: Annotated[str, Parameter(help="Length of a row's bucket: 5m, 1h, 30s.")] = "5m",
) -> int:
    """Judge a CSV of counts: timestamp,value[,negative,authors]; - is standard input."""
    from listener.commands import detect as detecting

    return detecting.run(sys.stdin if file == "-" else Path(file), interval, sys.stdout, sys.stderr)


@app.command
def replay(
    *files: File,
    keywords: Keywords = (),
    learn: Annotated[
        Path | None, Parameter(help="The past: posts or hourly counts as JSON lines, or counts as CSV.")
    ] = None,
    calendar: Annotated[Path | None, Parameter(help="Events to reckon with: an .ics or .toml file.")] = None,
    database: Annotated[
        Path | None, Parameter(help="Keep the posts in this new database, for `backtest --database`.")
    ] = None,
    config: Config = None,
    json: Annotated[bool, Parameter(help="Print JSON lines (it always does).")] = True,  # noqa: ARG001 - said aloud
) -> int:
    """Run posts with their own times through the whole pipeline, on a virtual clock."""
    from listener.commands import replay as replaying

    at = place(config) if config or any(at.exists() for at in PLACES) else None
    lists, posts = _parted(keywords)
    given = (lists, learn, at, sys.stdout, sys.stderr)
    return asyncio.run(replaying.run([*posts, *files], *given, calendar=calendar, database=database))


@keywords_app.command
def lint(
    *paths: Path,
    posts: Annotated[
        Path | None, Parameter(help="Recent posts as JSON lines, to find what is too broad.")
    ] = None,
    format: Format = "auto",  # noqa: A002 - the option's name
) -> int:
    """Say what is doubtful in keyword lists: too broad, doubled, shadowed, expired."""
    from listener.commands import keywords as linting

    return linting.lint(paths, posts, sys.stdout, format="table" if for_people(format) else "json")


@model_app.command
def export(
    name: str,
    folder: Path,
    *,
    label_map: Annotated[
        tuple[str, ...], Parameter(help="LABEL=negative, neutral or positive; once for each label.")
    ] = (),
    texts: Annotated[Path | None, Parameter(help="Posts to compare on: JSON lines or plain lines.")] = None,
    fp32: Annotated[bool, Parameter(help="Do not quantise.")] = False,
) -> int:
    """Make a folder for the onnx scorer of a Hugging Face classifier, by its name or folder."""
    from listener.commands import model

    return model.export(name, folder, label_map, texts, sys.stdout, sys.stderr, fp32=fp32)


@incidents_app.command
def ack(incident: str, *, by: str = "", minutes: int | None = None, config: Config = None) -> int:
    """Take an incident on."""
    from listener.commands import incidents

    return _answered(incidents.acknowledged(_socket(config), incident, by=by, minutes=minutes))


@incidents_app.command
def snooze(incident: str, minutes: int, *, by: str = "", config: Config = None) -> int:
    """Keep an incident quiet for so many minutes; growth to a higher severity breaks it."""
    from listener.commands import incidents

    return _answered(incidents.snoozed(_socket(config), incident, minutes, by=by))


@incidents_app.command
def resolve(
    incident: str,
    *,
    verdict: Literal["real", "noise", "campaign", "not_us"] | None = None,
    reason: str = "",
    mute: bool = False,
    by: str = "",
    config: Config = None,
) -> int:
    """Close an incident, with a verdict where there is one.

    With ``--verdict not_us --mute`` the spelling that brought most of it does not count until 09:00.
    """
    from listener.commands import incidents

    asked = incidents.resolved(_socket(config), incident, by=by, verdict=verdict, reason=reason, mute=mute)
    return _answered(asked)


def main() -> None:
    """Run one command; a mistake of its user is one sentence and exit code 2."""
    from listener import outlet
    from listener.control import ControlError

    if sys.argv[1:2] != ["run"]:  # the daemon watches on, whoever stops to read its pages
        outlet.open_quietly()
    try:
        code = app(exit_on_error=False, print_error=False, result_action="return_value")
    except SettingsError as error:
        code = _say(error, USAGE)
    except ControlError as error:
        code = _say(error, PROBLEMS if error.reached else OUTSIDE)
    except CycloptsError as error:
        code = _say(f"{error}; see hinoban --help", USAGE)
    except KeyboardInterrupt:
        code = 130
    sys.stdout.flush()
    sys.exit(code if isinstance(code, int) else DONE)


def _say(sentence: object, code: int) -> int:
    print(f"hinoban: {sentence}", file=sys.stderr)
    return code


def _parted(paths: tuple[Path, ...]) -> tuple[list[Path], list[Path]]:
    """Part what stands after --keywords into lists and posts: a list is a folder or ends in .toml."""
    posts = [path for path in paths if str(path) == "-" or path.suffix in (".jsonl", ".json", ".ndjson")]
    return [path for path in paths if path not in posts], posts


def _settings(given: Path | None) -> Any:
    from listener import assembly

    return assembly.read_settings(place(given))


def _socket(given: Path | None) -> Path:
    from listener import assembly

    return assembly.socket_path(_settings(given))


def _answered(wish: Coroutine[Any, Any, Any]) -> int:
    print(asyncio.run(wish).text)
    return DONE


if __name__ == "__main__":
    main()
