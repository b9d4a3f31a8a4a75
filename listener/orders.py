"""Carrying out what people ask for; what is not us is taken out of what was counted already as well."""

from datetime import datetime, timedelta

import structlog

from alerts.command import Answer, Command
from alerts.dispatcher import Dispatcher
from listener.pipeline import Pipeline
from listener.storage.errors import StorageError
from listener.storage.mentions import Mentions
from models.keyword import TopicKey
from models.volume.counting import HISTORY

log = structlog.get_logger(__name__)

LATELY = timedelta(minutes=HISTORY)
"""How far back the detector counts: what it judges, and the hour before that it has not learned yet."""
AHEAD = timedelta(days=1)  # some posts claim to be from the future
MOST = 100_000
PAGE = 5_000


async def carried_out(
    command: Command, dispatcher: Dispatcher, pipeline: Pipeline, mentions: Mentions, now: datetime
) -> Answer:
    """Carry out *command*; without what it mutes, the topic is counted anew.

    Else the namesake's fire would burn on for hours, and hide that another spelling, or a risk, burns.
    """
    answer = await dispatcher.command(command, now)
    if answer.ok and command.mute:
        fresh = [mute for mute in dispatcher.mutes(now) if mute.since == now]
        for key in sorted({TopicKey(mute.brand, topic) for mute in fresh for topic in mute.topics}):
            await _recounted(key, pipeline, mentions, now)
    return answer


async def _recounted(key: TopicKey, pipeline: Pipeline, mentions: Mentions, now: datetime) -> None:
    try:
        last, _ = await mentions.last()
        said = await mentions.window(key.brand, [key.topic], now - LATELY, now + AHEAD, MOST)
        while last < pipeline.covered:
            # Posts come in meanwhile, and what is counted must not be lost.
            rows = await mentions.after(last, PAGE)
            said += [mention for _, mention in rows if mention.key == key]
            last = rows[-1][0] if rows else pipeline.covered
    except StorageError as error:
        log.warning("not_counted_anew", topic=str(key), why=str(error))
        return
    pipeline.watch.recount(key, pipeline.muting.seen(said, now), now)
    log.info("counted_anew", topic=str(key))
    # After a crash the muted posts would be counted again from the last snapshot on.
    await pipeline.snapshot()
