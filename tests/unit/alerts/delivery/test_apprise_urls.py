"""What is added to a URL: the incident, how loud it is, where a tap leads."""

from apprise import Apprise

from alerts.delivery import apprise_urls
from alerts.delivery.apprise_urls import addressed, notify_type
from tests.apprise_far import PLUGINS
from tests.apprise_near import a_page


def test_an_incident_is_one_alert_at_a_pager_and_its_end_ends_it() -> None:
    """The same key from the first page to the all-clear, which closes instead of raising again."""
    first, over = a_page(), a_page("resolved")
    for url, attribute in (
        ("pagerduty://integration@key", "dedup"),
        ("jira://apikey", "alias"),
        ("incidentio://source/token", "dedup"),
    ):
        one, two = (Apprise.instantiate(addressed(url, page)) for page in (first, over))
        assert one is not None
        assert two is not None
        assert getattr(one, attribute) == getattr(two, attribute) == first.incident
        assert vars(one)["action"] == vars(two)["action"] == "map"


def test_each_service_hears_severity_in_its_own_words() -> None:
    """And an all-clear, or the second of two pages at once, does not ring."""
    loud, less = a_page(), a_page(severity="warning")
    quiet = (a_page("resolved"), a_page(silent=True))
    assert "priority=max" in addressed("ntfys://topic", loud)
    assert "priority=high" in addressed("ntfys://topic", less)
    assert all("priority=low" in addressed("ntfys://topic", page) for page in quiet)
    assert "level=critical" in addressed("bark://host/key", loud)
    assert "severity=warning" in addressed("pagerduty://a@b", less)


def test_two_pages_at_once_are_one_sound_and_still_two_alerts() -> None:
    """What is a quiet message to a person would be a mere note to a pager."""
    beside = a_page(silent=True)
    assert notify_type("ntfys://topic", beside) == "info"
    assert notify_type("pagerduty://a@b", beside) == "failure"
    assert notify_type("pagerduty://a@b", a_page("resolved", silent=True)) == "success"


def test_what_a_url_says_itself_is_left_alone() -> None:
    """Whoever wrote it there knows better."""
    url = addressed("ntfys://topic?priority=min&overflow=split", a_page())
    assert url == "ntfys://topic?priority=min&overflow=split"


def test_a_url_may_name_what_it_wants_of_the_page() -> None:
    """For services that nobody has thought of here."""
    url = addressed("jsons://host/?:fire={incident}&+Key={key}&overflow=split&+Idempotency-Key=x", a_page())
    assert "{" not in url
    assert "fire=sakura%3Apudding%3A20261120T1740Z" in url


def test_a_tap_on_the_notification_leads_to_the_link() -> None:
    """Where the service can do that."""
    page = a_page(link="https://w.example/a/x")
    assert "click=https%3A%2F%2Fw.example%2Fa%2Fx" in addressed("ntfy://topic", page)
    assert "click" not in addressed("slack://a/b/c", page)


def test_every_parameter_of_the_table_is_one_the_plug_in_has() -> None:
    """Apprise ignores what it does not know, so a wrong name would only be noticed at night."""
    wanted = [(scheme, {key, "action"}) for scheme, key in apprise_urls._ONGOING.items()]
    wanted += [(scheme, {key}) for scheme, (key, _) in apprise_urls._LEVELS.items()]
    wanted += [(scheme, {"click"}) for scheme in apprise_urls._TAPPED]
    for scheme, names in wanted:
        known = {*PLUGINS[scheme].template_args, *PLUGINS[scheme].template_tokens}
        assert names <= known, f"{scheme} has no {names - known}"


def test_every_word_of_the_table_is_one_the_plug_in_takes() -> None:
    """As far as it says which it takes: by name, or by number."""
    for scheme, (key, words) in apprise_urls._LEVELS.items():
        values = PLUGINS[scheme].template_args[key].get("values") or ()
        numbered = dict(values) if isinstance(values, dict) else {value: value for value in values}
        known = {str(one).lower() for pair in numbered.items() for one in pair}
        assert {word.lower() for word in words} <= known, f"{scheme}: {words} of {known}"
