"""How bad it is: a pure table that names its reasons."""

from typing import Literal

import msgspec

from alerts import reasons
from alerts.incident import Incident, Severity
from models.flareup import FlareUp, Mood, Reason

RANK: dict[str, int] = {"calm": 0, "ember": 1, "warning": 2, "critical": 3}
PRAISE: frozenset[Mood] = frozenset({"positive", "buzz"})


class SeveritySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a fire of one brand critical."""

    critical_in_30_min: int = 20  # negative people above the expected in 30 minutes
    critical_in_episode: int = 40  # the same since the flare-up began
    hundredth_within: int = 120  # minutes until the forecast hundredth critical post
    critical_risk_authors: int = 5  # authors who speak of one risk class
    spread_growth: float = 3.0  # a warning that reached a second source and grew this much
    slow_burn: int = 30  # negative people above the expected in 10 hours, with a doubled share


class Judgement(msgspec.Struct, frozen=True):
    """A severity and its reasons (see ``alerts.reasons``), first the *decided* ones, which made it so."""

    severity: Severity
    reasons: tuple[Reason, ...]
    decided: tuple[str, ...] = ()


def judge(flare: FlareUp, settings: SeveritySettings, incident: Incident | None = None) -> Judgement:
    """Judge a flare-up by its reading, and by how its *incident* (if it has one) has spread since opening."""
    severity, deciding = _decided(flare, settings, incident)
    told = reasons.merged(deciding, flare, settings.critical_risk_authors)
    return Judgement(severity, told, tuple(dict.fromkeys(reason.signal for reason in deciding)))


def _decided(
    flare: FlareUp, settings: SeveritySettings, incident: Incident | None
) -> tuple[Severity, tuple[Reason, ...]]:
    if flare.mood in PRAISE:
        return "ember", (reasons.loudness(flare),)
    critical = _critical(flare, settings, incident)
    if critical:
        return "critical", critical
    if is_ember(flare, settings):
        return "ember", (*reasons.risks(flare, settings.critical_risk_authors), reasons.evidence(flare))
    slow = reasons.slow_burns(flare.reasons, settings.slow_burn)
    return "warning", slow or (reasons.evidence(flare),)


def is_ember(flare: FlareUp, settings: SeveritySettings) -> bool:
    """Tell whether it only glows: below the opening threshold, and no slow burn either."""
    slow = any(
        reason.value - (reason.expected or 0.0) >= settings.slow_burn
        for reason in reasons.slow_burns(flare.reasons)
    )
    glowing = flare.transition == "ember" or flare.reading.state == "ember"
    return glowing and flare.transition not in {"opened", "reignited"} and not slow


def higher(severity: Literal["calm"] | Severity, than: Literal["calm"] | Severity) -> bool:
    """Tell whether one severity is above another."""
    return RANK[severity] > RANK[than]


def _critical(flare: FlareUp, settings: SeveritySettings, incident: Incident | None) -> tuple[Reason, ...]:
    risks = _risks(flare, settings)
    if is_ember(flare, settings) and flare.reading.learning_since is None:
        # many unhappy people in a crowd that is not unhappier than usual are a campaign, not a fire
        return risks
    candidates = (
        _in_30_min(flare, settings),
        _in_episode(flare, settings),
        _hundredth(flare, settings),
        *risks,
        _spread(flare, settings, incident),
    )
    return tuple(reason for reason in candidates if reason is not None)


def _in_30_min(flare: FlareUp, settings: SeveritySettings) -> Reason | None:
    reading = flare.reading
    limit = reading.negative_expected + settings.critical_in_30_min
    if reading.negative < limit:
        return None
    return Reason(
        signal="negative_30_min", value=reading.negative, expected=reading.negative_expected, high=limit
    )


def _in_episode(flare: FlareUp, settings: SeveritySettings) -> Reason | None:
    excess = flare.reading.episode_excess
    if excess < settings.critical_in_episode:
        return None
    return Reason(signal="negative_in_episode", value=excess, expected=0.0, high=settings.critical_in_episode)


def _hundredth(flare: FlareUp, settings: SeveritySettings) -> Reason | None:
    minutes = flare.reading.hundredth_in
    if minutes is None or minutes > settings.hundredth_within or flare.transition == "ember":
        return None
    return Reason(signal="hundredth_in_minutes", value=minutes, high=settings.hundredth_within)


def _risks(flare: FlareUp, settings: SeveritySettings) -> tuple[Reason, ...]:
    line = settings.critical_risk_authors
    return tuple(reason for reason in reasons.risks(flare, line) if reason.value >= line)


def _spread(flare: FlareUp, settings: SeveritySettings, incident: Incident | None) -> Reason | None:
    if incident is None or incident.severity != "warning" or incident.opened_size <= 0:
        return None
    sources = len({*incident.sources, *flare.reading.sources})
    limit = incident.opened_size * settings.spread_growth
    if sources < max(2, incident.opened_sources + 1) or flare.size < limit:
        return None
    return Reason(signal="spread", value=flare.size, expected=incident.opened_size, high=limit)
