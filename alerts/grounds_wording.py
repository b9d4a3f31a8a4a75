"""The words in which the grounds of an incident are told on a terminal, in Japanese and English."""

import msgspec

from alerts.wording import Language


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's templates: why it is thought to burn, who carried it, and what was not seen."""

    why: str
    reason: str
    usual: str
    above: str
    between: str
    soon: str
    soon_before: str
    there: str
    share: str
    share_usual: str
    starter: str
    carrier: str
    reactors: str
    observed: str
    kinds: str
    busiest: str
    sources: str
    source: str
    since: str
    terms: str
    term: str
    never: str
    cause: dict[str, str]
    unseen: str
    suggested: str


JA = Words(
    why="根拠(普段の値と、普段の範囲の上限)",
    reason="{name}: {value}{beside}",
    usual="普段{expected}",
    above="上限{high}",
    between="{low}〜{high}",
    soon="約{value}分後",
    soon_before="{high}分以内なら緊急",
    there="もう達した",
    share="{value}%",
    share_usual="普段{expected}%、推定{low}〜{high}%",
    starter="発端 {who} {when}",
    carrier="拡散 {who} {when}: {people}人",
    reactors="反応 {n}人",
    observed="{people}人 {posts}件",
    kinds="リポスト{reposts}、引用{quotes}、返信{replies}、写し{copies}",
    busiest="多い3人で{share}%",
    sources="情報源",
    source="{name} 不満{negative}/{people}人{since}",
    since="({at}から)",
    terms="新しい語",
    term="{term} {people}/{of}人(以前{before}/{before_of}{never})",
    never="、初めて",
    cause={
        "campaign": "企画かもしれない",
        "broadcast": "放送かもしれない",
        "outage": "遅延かもしれない",
        "spam": "スパムかもしれない",
        "brigade": "一か所からの集中かもしれない",
        "namesake": "別の話かもしれない",
        "chance": "偶然かもしれない",
    },
    unseen="{n}人(全{of}人)は見えていない投稿を広めた",
    suggested="除外の提案({list}): {words}({of}件中{n}件)",
)

EN = Words(
    why="Why (what is usual, and up to where it is no news)",
    reason="{name}: {value}{beside}",
    usual="usual {expected}",
    above="up to {high}",
    between="{low}–{high}",
    soon="in about {value} min",
    soon_before="critical within {high}",
    there="it is there",
    share="{value}%",
    share_usual="usual {expected}%, likely {low}–{high}%",
    starter="Began with {who} {when}",
    carrier="spread by {who} {when}: {people}",
    reactors="{n} people only reacted",
    observed="{people} people, {posts} posts",
    kinds="reposts {reposts}, quotes {quotes}, replies {replies}, copies {copies}",
    busiest="the three busiest wrote {share}%",
    sources="Sources",
    source="{name} {negative} of {people} unhappy{since}",
    since=" since {at}",
    terms="New words",
    term="{term} {people} of {of} people (before {before} of {before_of}{never})",
    never=", never heard",
    cause={
        "campaign": "it may be a campaign",
        "broadcast": "it may be a broadcast",
        "outage": "it may be a delay",
        "spam": "it may be spam",
        "brigade": "it may be a brigade",
        "namesake": "it may be a namesake",
        "chance": "it may be chance",
    },
    unseen="{n} of {of} people passed on what was never seen here",
    suggested="Suggested exclusion ({list}): {words} ({n} of {of} posts)",
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}
