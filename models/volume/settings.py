"""Every constant of the detector, with its default."""

import msgspec


class DetectionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sure, how fast and how forgetful the detector is; the defaults are meant to be left alone."""

    threshold: float = 12.0
    """Evidence (nats) that opens a flare-up; in theory h ~ ln(43200 c / false pages a month), c ~ 3."""
    threshold_quiet: float = 10.0
    """The same for topics below ``quiet_level`` posts an hour."""
    threshold_cold: float = 8.0
    """The most that is asked of a topic that is still learning: its bands are wide enough."""
    quiet_level: float = 20.0
    min_authors: int = 5
    """Distinct authors of strong matches who must be negative."""
    min_ratio: float = 1.3
    """How many times the expected the negative people must be."""
    min_negative_excess: float = 0.3
    """Share of the excess that must be negative: keeps campaigns and broadcasts quiet."""
    min_share_rise: float = 0.08
    """How far the share of negative must stand above its usual."""
    min_share_evidence: float = 2.0
    """How surprising (nats) the share must be at least, however surprising the counts are."""
    joint_evidence: float = 6.0
    """How far (nats) counts and share together must stand above the threshold."""
    share_alone: float = 3.0
    """How much more (nats) is asked where the share bears witness alone, its usual wandering allowed for."""
    min_voices: float = 3.0
    """Negative people with words of their own who must be heard; reposts count by ``repost_voice``."""
    cold_voices: float = 5.0
    """The same while learning."""
    crowd_span: float = 5.0
    """In windows up to so many times as long, a crowd that is in excess must be unhappier than usual, too."""
    crowd_ratio: float = 1.5
    """People in times of the usual who are such a crowd (``buzz_authors`` more at least)."""
    repost_voice: float = 0.05
    """What a repost or a copy is worth beside words of one's own where shares are judged."""
    scale_penalty: float = 1.0
    """What windows under half an hour must bring more, in times of ln(30 / minutes): they are many."""
    cluster_cap: int = 5
    """Copies of one text count at most so often in two hours."""
    late_minutes: int = 120
    """Older posts are history only."""
    found_late_minutes: int = 10
    """A flare-up whose deciding posts were mostly older than this on arrival was found late."""
    level_half_life_days: float = 4.0
    season_half_life_days: float = 28.0
    share_half_life_days: float = 14.0
    dispersion_half_life_days: float = 14.0
    level_prior: float = 5.0
    """Posts an hour expected of a topic of which nothing is known."""
    share_prior: float = 0.15
    """Share of negative expected of a topic of which nothing is known."""
    dispersion_prior: float = 0.25
    """Inverse k of the negative binomial, before anything was learned."""
    cold_hours: float = 48.0
    """Exposure below which a topic is still learning."""
    cold_ratio: float = 2.0
    """How many times the expected the negative people must be while learning."""
    cold_authors: int = 8
    """Negative authors asked for while learning, unless a risk class speaks."""
    cold_share_evidence: float = 2.0
    """How surprising (nats) the share must be while learning: the evidence is made of it, too."""
    share_wander: float = 0.003
    """How alike (intraclass correlation) the moods of a learning topic's people are beyond its share."""
    second_look: float = 1.0
    """What it costs (nats) that a learning topic is judged by its share as well as by its counts."""
    first_authors: int = 20
    """Negative authors who may wake somebody within the first hour of all."""
    first_rush: float = 100.0
    """Negative people per hour that they must come to."""
    first_share_evidence: float = 1.5
    """How surprising (nats) the share must be then, beside the most that is believed of any topic."""
    freeze_hours: int = 72
    """The longest that an open flare-up stops the learning."""
    cold_hold_hours: int = 4
    """The longest that what may be a fire says nothing of the usual of a learning topic."""
    hold_hours: int = 12
    """The longest that half a fire stops the learning."""
    easing_share: float = 0.4
    """Below this share of the threshold a minute is easy."""
    easing_minutes: int = 30
    closing_minutes: int = 60
    reopen_minutes: int = 120
    """A fire that comes back so soon after closing is the same one."""
    growth_factor: float = 3.0
    ember_share: float = 0.5
    """From this share of the threshold on, a topic glows."""
    ember_minutes: int = 120
    """A topic says that it glows once in so many minutes."""
    slow_burn_excess: float = 30.0
    """Negative people above the expected in ten hours that make a slow burn."""
    slow_burn_evidence: float = 10.0
    """How surprising (nats) the share must be over the hours of a slow burn."""
    slow_burn_ratio: float = 1.5
    """How many times its usual the share must be in a slow burn."""
    buzz_authors: int = 20
    buzz_ratio: float = 3.0
    """People and times the expected that make a buzz, which never pages."""
    positive_share: float = 0.3
    """Share of positive posts from which a buzz is called positive."""
    hole_share: float = 0.05
    """Nothing is learned while sources with more than this share of a topic are dead."""
