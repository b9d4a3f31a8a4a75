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
        repost=passes_on(mention),
        weak=mention.weak,
        risks=frozenset(mention.risks),
        late=mention.late,
    )


def passes_on(mention: Mention) -> bool:
    """Tell whether a mention is a repost, bare or with its target's text: a person, but no copy."""
    return mention.inherited or mention.post.kind == "repost"


def identity(mention: Mention) -> str:
    """Return the name by which the detector knows the post of a mention."""
    return f"{mention.post.source}/{mention.post.id}"
