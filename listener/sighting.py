"""A mention as the detector sees it."""

from models.mention import Mention
from models.volume.tally import Sighting


def sighting_of(mention: Mention) -> Sighting:
    """Return what the detector needs to know of a mention."""
    post = mention.post
    return Sighting(
        key=mention.key,
        id=identity(mention),
        at=post.created_at,
        author=post.author.id if post.author else None,
        source=post.source,
        cluster=mention.cluster,
        repost=mention.inherited,
        weak=mention.weak,
        risks=frozenset(mention.risks),
        late=mention.late,
    )


def identity(mention: Mention) -> str:
    """Return the name by which the detector knows the post of a mention."""
    return f"{mention.post.source}/{mention.post.id}"
