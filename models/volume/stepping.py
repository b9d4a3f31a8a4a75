"""When the machine's clock is set: a topic goes on at another minute, and nothing is made of the step."""

from collections.abc import Mapping

from models.volume.detection import Topic
from models.volume.embers import Embers
from models.volume.episode import Episode
from models.volume.surroundings import Surroundings


def set_to(topic: Topic, minute: int, around: Surroundings) -> None:
    """Make *minute* the running one; a fire that burns goes on, and is announced no second time.

    What is known of the usual stays. Minutes that come again after a step back are counted and learned
    as if for the first time, and the silence of a step ahead is not learned.
    """
    if minute > topic.head:
        topic.tally.advance(minute)
    else:
        topic.tally.set_back(minute)
    for expectation in (topic.expectation, topic.shelved):
        if expectation is not None:
            expectation.set_to(minute, around.calendar)
    topic.slow.spoke = min(topic.slow.spoke, minute)
    topic.embers = _not_after(topic.embers, minute, topic.tally.risky)
    for episode in (topic.episode, topic.buzz):
        if episode is not None:
            _bring_back(episode, minute)


def _bring_back(episode: Episode, minute: int) -> None:
    """Let nothing have happened after *minute*, but when it began: that is its name."""
    episode.opened = min(episode.opened, minute)
    episode.updated = min(episode.updated, minute)
    episode.closed = None if episode.closed is None else min(episode.closed, minute)


def _not_after(embers: Embers, minute: int, risky: Mapping[str, int]) -> Embers:
    first, last = embers.held
    return Embers(
        glowed=min(embers.glowed, minute),
        warned=min(embers.warned, minute),
        heeded=min(embers.heeded, minute),
        about=embers.about,
        told={risk: min(people, risky.get(risk, 0)) for risk, people in embers.told.items()},
        held=(min(first, minute), min(last, minute)),
    )
