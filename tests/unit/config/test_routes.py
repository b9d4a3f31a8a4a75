"""Routes and ladders in the settings: what cannot be meant is one sentence with its key."""

import pytest

from alerts.escalation.ladder import CLIMB, Ladder
from config import decode
from config.decode import SettingsError
from config.settings import Settings
from listener import routes
from listener.assembly import TABLES
from models.keyword import Topic, TopicKey

CREW = """schema = 1
[channels.push]
kind = "stdout"
[channels.pager]
kind = "stdout"
[receivers.oncall]
channels = ["push"]
[receivers.sato]
channels = ["push"]
[receivers.duty]
channels = ["pager"]
[[rota.team.layer]]
people = ["sato"]
from = 2026-11-02
"""
SEA = "[route.sea]\n"
LADDER = "[escalation.x]\nsteps = ["
INSTEAD = '[[rota.team.override]]\nwho = "duty"\nfrom = 2030-01-01\nto = 2030-01-02\n'
LATE = '[receivers.late]\nchannels = ["push"]\n'
FOOD = '[route.food]\nreceivers = ["sato"]\n'


def read(text: str) -> Settings:
    """Decode settings with a crew."""
    return decode.settings(CREW + text, "hinoban.toml", TABLES)


MISTAKES = {
    "nobody": ("[route.food]\n", "route.food: needs either `rota` or `receivers`"),
    "two answers": (f'{FOOD}rota = "team"\n', "route.food: needs either `rota` or `receivers`"),
    "no such rota": ('[route.food]\nrota = "tem"\n', 'route.food.rota: no rota "tem"; there is: team'),
    "a stranger": (
        f"{SEA}receivers = ['ghost']\n",
        'route.sea.receivers: no receiver "ghost"; there is: duty',
    ),
    "a strange fallback": (f'{FOOD}fallback = "ghost"\n', 'route.food.fallback: no receiver "ghost"'),
    "a pager who stands in": (
        f'{INSTEAD}[route.food]\nrota = "team"\n{SEA}owner = "pager"\nreceivers = ["duty"]\n',
        'route.food: channel "pager" leads to the pager of route "sea": two would climb to the same',
    ),
    "no such ladder": (f'{FOOD}ladder = "clim"\n', '"clim" is none of climb, steady; did you mean "climb"?'),
    "nor for warnings": (f'{FOOD}warning_ladder = "x"\n', 'route.food.warning_ladder: "x" is none of'),
    "another owner": (f'{FOOD}owner = "me"\n', 'route.food.owner: "me" is none of hinoban, pager'),
    "a pager with a rota": (f'{SEA}rota = "team"\nowner = "pager"\n', "route.sea.rota: the pager owns this"),
    "a pager with a ladder": (
        f'{FOOD}owner = "pager"\nladder = "steady"\n',
        "route.food.ladder: the pager owns",
    ),
    "two owners": (
        f'[route.food]\nreceivers = ["sato", "duty"]\n{SEA}owner = "pager"\nreceivers = ["duty"]\n',
        'route.food: channel "pager" leads to the pager of route "sea": two would climb to the same',
    ),
    "no such route": ('[alerting]\nroute = "fod"\n' + FOOD, 'alerting.route: must be food, got "fod"'),
    "no routes at all": ('[brand.sakura]\nroute = "food"\n', 'no route "food"; add [route.food]'),
    "no steps": ("[escalation.x]\nsteps = []\n", "escalation.x.steps: expected a list"),
    "a late start": (
        f"{LADDER}{{after = 1, to = 'first'}}]\n",
        "the first step comes at 0 minutes, not at 1",
    ),
    "steps in disorder": (
        f"{LADDER}{{after = 0, to = 'first'}}, {{after = 9, to = 'team'}}, {{after = 5, to = 'team'}}]\n",
        "escalation.x.steps: the steps stand in the order of their minutes",
    ),
    "a step to a name": (f"{LADDER}{{after = 0, to = 'boss'}}]\n", '"boss" is none of first, second, team'),
    "a strange last resort": (
        '[escalation.x]\nlast_resort = "ghost"\n',
        "escalation.x.last_resort: no receiver",
    ),
    "no repetition": ("[escalation.x]\nrepeat_minutes = 0\n", "expected a number, at least 0.1"),
    "never again": ("[escalation.x]\nrepeat_minutes = 1e12\n", "expected a number, at most 1440"),
    "a step that never comes": (
        f"{LADDER}{{after = 0, to = 'first'}}, {{after = 1e12, to = 'team'}}]\n",
        "expected a number, at most 1440",
    ),
    "no hours": (f'{LATE}quiet = "22-7"\n', 'receivers.late.quiet: "22-7" are no quiet hours'),
    "no such channel": (f'{LATE}louder = ["horn"]\n', 'receivers.late.louder: no channel "horn"'),
    "a cap below none": (f"{LATE}night_cap = -1\n", "receivers.late.night_cap: expected a whole number"),
    "no name": ('[route."a b"]\nreceivers = ["sato"]\n', '"a b" is no name for use in topics and labels'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_cannot_be_meant_is_refused(mistake: str) -> None:
    """With the key, and what would be right."""
    text, said = MISTAKES[mistake]
    with pytest.raises(SettingsError) as error:
        read(text)
    assert said in str(error.value)


def test_the_ladder_of_a_route_that_names_none_is_the_default_one() -> None:
    """0, 3, 6, 10 and then every ten minutes."""
    route = routes.route(read(FOOD), "food")
    assert (route.ladder, route.warning) == (Ladder(), Ladder())
    assert route.ladder.steps == CLIMB


def test_a_topic_goes_its_own_way_else_its_brands_else_the_general_one() -> None:
    """A name that is not there is passed over: never to nobody."""
    settings = read(
        '[alerting]\nroute = "all"\n[brand.sakura]\nroute = "food"\n'
        + FOOD
        + '[route.all]\nreceivers = ["sato"]\n[route.own]\nreceivers = ["sato"]\n'
    )
    topics = {
        TopicKey("sakura", "cake"): Topic(slug="cake", route="own"),
        TopicKey("sakura", "tea"): Topic(slug="tea", route="gone"),
    }
    found = routes.route_of(settings, topics)
    ways = [("sakura", "cake"), ("sakura", "tea"), ("sakura", "new"), ("minato", "ferry")]
    names = [route.name if (route := found(TopicKey(*way))) else "" for way in ways]
    assert names == ["own", "food", "food", "all"]


def test_without_routes_nobody_sleeps_and_the_fallback_is_steady() -> None:
    """As the demo and a replay rely on: at once, at any hour, again and again."""
    settings = read("")
    assert routes.route_of(settings, {})(TopicKey("sakura", "cake")) is None
    assert routes.fallback(settings).quiet == ""


@pytest.mark.parametrize(
    ("quiet", "means"),
    [("", "22:00-07:00"), ('quiet = ""\n', ""), ('quiet = "23:00-05:30"\n', "23:00-05:30")],
)
def test_with_routes_everybody_has_a_night(quiet: str, means: str) -> None:
    """From ten to seven, unless they say otherwise."""
    settings = read(f'[receivers.late]\nchannels = ["push"]\n{quiet}{FOOD}')
    assert routes.people(settings, ()).receivers["late"].quiet == means
