"""Which posts concern whom, and what reposts inherit."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from listener import recognition
from listener.matching import lists
from listener.matching.matcher import Matcher
from listener.recognition import Recognition
from listener.sighting import sighting_of
from models.mention import Mention
from models.post import Deletion, Item, Post, PostKey
from models.volume.duplicates import Clusters
from tests.builders import NIGHT, a_mention, a_post, a_score
from tests.fakes_listener import LIST

BOTH = "さくらプリンとさくらフーズ"


def fresh(text: str = LIST) -> Recognition:
    """Return a recognition that knows one list."""
    one = Recognition(Clusters())
    one.use(Matcher([lists.parse(text, Path("sakura.toml"))], words=None, now=NIGHT))
    return one


@pytest.fixture
def known() -> Recognition:
    """Give a recognition that knows the test list."""
    return fresh()


def repost(of: str, **fields: Any) -> Post:
    """Return a bare repost."""
    given: dict[str, Any] = {"text": "", "kind": "repost", "target": of, "id": "r", "by": "other"}
    return a_post(**(given | fields))


def topics(mentions: list[Mention]) -> list[str]:
    """Return the topics of *mentions*."""
    return sorted(mention.topic for mention in mentions)


def test_a_post_is_counted_to_every_topic_it_matches(known: Recognition) -> None:
    """One mention per topic, with its matches and the same cluster."""
    mentions = known.mentions_of(a_post(BOTH + "は最悪だと思う"))
    assert topics(mentions) == ["company", "pudding"]
    assert all(mention.matches for mention in mentions)
    assert len({mention.cluster for mention in mentions}) == 1


def test_naming_the_same_product_makes_nobody_a_copy() -> None:
    """However long its name is, what is compared is what people say beside it."""
    name = "ハッピースマイルチョコレート"
    known = fresh(LIST.replace("さくらプリン", name))
    own = {
        known.mentions_of(a_post(name + said, id=said))[0].cluster
        for said in ("が苦い", "は最高だった", "食べたい")
    }
    assert len(own) == 3
    pasted = ["にカビが生えていたので皆さん気をつけて", "にカビが生えてたので皆さん気をつけて!!"]
    copies = {known.mentions_of(a_post(name + said, id=said))[0].cluster for said in pasted}
    assert len(copies) == 1
    assert copies != {""}


def test_a_repost_with_the_text_of_its_target_is_a_person() -> None:
    """Some networks hand the text on with a repost: that makes it no copy, and no words of one's own."""
    [told] = fresh().mentions_of(a_post("RT @neko: さくらプリンに虫が入ってた", kind="repost", target="a"))
    assert sighting_of(told).repost
    assert not sighting_of(a_mention(kind="quote", target="a")).repost


def test_own_accounts_are_never_counted(known: Recognition) -> None:
    """Neither by handle nor by a name that stands in the list as an id."""
    assert known.mentions_of(a_post(handle="sakura_official")) == []
    assert known.mentions_of(a_post(by="sakura_official")) == []
    assert known.mentions_of(a_post(handle="neko")) != []


def test_a_bare_repost_inherits_topics_and_score(known: Recognition) -> None:
    """It has no words of its own, and counts for all that its target counts for."""
    [first, _] = known.mentions_of(a_post(BOTH, id="a"))
    known.learned(first, a_score("negative"))
    inherited = known.mentions_of(repost("a"))
    assert topics(inherited) == ["company", "pudding"]
    assert {mention.score and mention.score.label for mention in inherited} == {"negative"}
    assert all(mention.inherited and not mention.matches for mention in inherited)


def test_a_repost_waits_for_the_words_of_its_target(known: Recognition) -> None:
    """When the target has no score yet, the repost is scored by the target's text."""
    known.mentions_of(a_post(id="a"))
    [mention] = known.mentions_of(repost("a"))
    assert mention.score is None
    assert known.text_of(mention) == a_post().text
    assert known.score_of(mention) is None


def test_a_repost_of_another_source_or_of_nothing_inherits_nothing(known: Recognition) -> None:
    """Ids are those of one source; a repost without a target points nowhere."""
    known.mentions_of(a_post(id="a"))
    assert known.mentions_of(repost("a", source="mastodon")) == []
    assert known.mentions_of(repost("a", target=None)) == []


def test_a_repost_with_words_is_a_post(known: Recognition) -> None:
    """What it says decides."""
    known.mentions_of(a_post(id="a"))
    assert known.mentions_of(repost("a", text="見て")) == []


def test_late_posts_are_marked(known: Recognition) -> None:
    """Two hours old on arrival is history, for a repost too."""
    at = NIGHT + timedelta(hours=2)
    [punctual] = known.mentions_of(a_post(id="a", received_at=at))
    [late] = known.mentions_of(a_post(id="b", received_at=at + timedelta(seconds=1)))
    [inherited] = known.mentions_of(repost("a", received_at=at + timedelta(seconds=1)))
    assert (punctual.late, late.late, inherited.late) == (False, True, True)


def test_a_forgotten_post_passes_nothing_on(known: Recognition) -> None:
    """After a deletion a repost of it counts for nothing, and it is not looked up."""
    known.mentions_of(a_post(id="a"))
    known.expect([a_post(id="a").key])
    assert topics(list(known.forget(a_post(id="a").key))) == ["pudding"]
    assert known.mentions_of(repost("a")) == []
    assert known.wanted([repost("a")]) == set()
    assert known.forget(a_post(id="a").key) == ()


def test_only_stored_posts_out_of_memory_are_looked_up(known: Recognition) -> None:
    """Targets of bare reposts and older versions of edited posts, each once."""
    known.expect(PostKey("bluesky", name) for name in "abc")
    known.mentions_of(a_post(id="a"))
    items: list[Item] = [
        repost("a"),
        repost("b"),
        repost("b", id="r2"),
        repost("unknown"),
        a_post(id="c", edited=True),
        a_post(id="b"),
        Deletion(source="bluesky", id="c", received_at=NIGHT),
    ]
    assert known.wanted(items) == {PostKey("bluesky", "b"), PostKey("bluesky", "c")}


def test_what_was_recalled_is_inherited(known: Recognition) -> None:
    """Topic by topic, as the database returns them; erased and inherited ones teach nothing."""
    for topic in ("pudding", "company"):
        known.recall(a_mention(topic=topic, id="a", score=a_score()))
    known.recall(a_mention(topic="pudding", id="a", score=a_score("positive")))
    known.recall(a_mention("", id="erased"))
    assert topics(known.mentions_of(repost("a"))) == ["company", "pudding"]
    assert known.mentions_of(repost("erased")) == []


def test_copies_are_known_again_after_a_restart() -> None:
    """The texts that are recalled found the same clusters as before."""
    text = "さくらプリンに虫が入っていたという話、本当なら大変なことになる"
    before, after = fresh(), fresh()
    [first] = before.mentions_of(a_post(text, id="a"))
    after.recall(first)
    again = [each.mentions_of(a_post(text + "ね!", id="b"))[0].cluster for each in (before, after)]
    assert again == [first.cluster, first.cluster]


def test_a_score_of_an_older_text_is_not_passed_on(known: Recognition) -> None:
    """The post was edited while it waited: reposts say what it says now."""
    [old] = known.mentions_of(a_post(id="a"))
    known.mentions_of(a_post("さくらプリンおいしい", id="a", edited=True))
    known.learned(old, a_score("negative"))
    [mention] = known.mentions_of(repost("a"))
    assert mention.score is None


def test_an_accounts_posts_are_found(known: Recognition) -> None:
    """Those of one source, by the id of the author."""
    for name, by in (("a", "neko"), ("b", "inu"), ("c", "neko")):
        known.mentions_of(a_post(id=name, by=by))
    assert [key.id for key in known.by_author("bluesky", "neko")] == ["a", "c"]
    assert known.by_author("mastodon", "neko") == []


def test_memory_is_bounded(known: Recognition, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest post is forgotten first, but it is known that it was stored; of these the oldest go too."""
    monkeypatch.setattr(recognition, "REMEMBERED", 3)
    monkeypatch.setattr(recognition, "STORED", 2)
    for number in range(8):
        known.mentions_of(a_post(id=str(number)))
    assert [number for number in range(8) if known.mentions_of(repost(str(number)))] == [5, 6, 7]
    wanted = known.wanted([repost(str(number)) for number in range(8)])
    assert sorted(key.id for key in wanted) == ["3", "4"]


def test_new_lists_count_from_the_next_post_on(known: Recognition) -> None:
    """What matched before does not match the new list."""
    known.use(
        Matcher([lists.parse(LIST.replace("さくらプリン", "抹茶"), Path("s.toml"))], words=None, now=NIGHT)
    )
    assert known.mentions_of(a_post()) == []
    assert topics(known.mentions_of(a_post("抹茶"))) == ["pudding"]
