"""The sentences of a backtest, in Japanese and English."""

from collections.abc import Mapping

import msgspec

from listener.backtest.report import Certainty, Comparison
from listener.terminal import Language


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the table says by itself."""

    title: str
    learned: str
    tried: dict[str, str]
    nothing_tried: str
    short: dict[str, str]
    stop: str
    now: str
    changed: str
    difference: str
    topic: str
    mentions: str
    newly: str
    dropped: str
    pages: str
    per_month: str
    nights: str
    unsure: dict[Certainty, str]
    certainty: dict[Certainty, str]
    short_certainty: dict[Certainty, str]
    trust: str
    about: str
    roughly: str
    at_most: str
    fires: str
    fire: str
    comparison: dict[Comparison, str]
    glows: dict[str, str]
    never: str
    no_fires: str
    newly_title: str
    newly_none: str
    dropped_title: str
    dropped_none: str
    when: str
    post: str
    words: str
    stands_for: str
    reasons: dict[str, str]
    notes_title: str
    notes: dict[str, str]


EN = Words(
    title="Backtest of {days:.1f} days: {start} to {end} ({zone})",
    learned="The {days:.1f} days before these taught both sides what is usual.",
    tried={
        "list": "Tried: {what} in place of {instead}",
        "beside": "Tried: {what} beside the lists in force",
        "folder": "Tried: the lists in {what} in place of all lists",
        "setting": "Tried: {what}",
        "config": "Tried: the configuration {what}",
    },
    nothing_tried="Tried: nothing; this is what the lists and settings in force come to",
    short={
        "same_mentions": "In short: the same mentions as now",
        "mentions": "In short: {newly} mentions come in, {gone} go out",
        "times": " ({topic} would have {n:.1f} times as many)",
        "same_pages": "as many pages as now ({after} in 30 days)",
        "pages": "{after} pages in 30 days instead of {before}",
        "least": "at least {after} pages in 30 days ({before} now)",
        "unknown": "how often it would page cannot be told",
        "missing": "{n} of today's fires would page nobody",
        "later": "{n} would page later",
        "earlier": "{n} would page earlier",
        "new": "{n} would page that do not now",
        "fires_same": "every fire pages at the same time as now",
    },
    stop=".",
    now="now",
    changed="changed",
    difference="difference",
    topic="topic",
    mentions="mentions",
    newly="new",
    dropped="gone",
    pages="pages in these days",
    per_month="pages per 30 days",
    nights="of them at night (23-7)",
    unsure={"full": "{n}", "at_least": "{n}", "cannot_tell": "?"},
    certainty={"full": "{n}", "at_least": "at least {n}", "cannot_tell": "cannot tell (found {n})"},
    short_certainty={"full": "sure", "at_least": "a minimum", "cannot_tell": "unknown"},
    trust="pages are",
    roughly="about {n}",
    about="about {n}\n({low}-{high})",
    at_most="{n}\n(up to {high})",
    fires="Fires that paged, and when first",
    fire="began",
    comparison={
        "same": "at the same time",
        "earlier": "{minutes} min earlier",
        "later": "{minutes} min later",
        "missing": "no page any more",
        "new": "new",
    },
    glows={"missing": " (an ember only)", "new": " (an ember now)"},
    never="-",
    no_fires="No fire paged, on either side.",
    newly_title="Newly matched: {all}, of which {shown} are shown",
    newly_none="Newly matched: nothing",
    dropped_title="No longer matched: {all}, of which {shown} are shown",
    dropped_none="No longer matched: nothing",
    when="when",
    post="post",
    words="words",
    stands_for="(stands for {n})",
    reasons={
        "gone": "no keyword of the topic has this spelling any more",
        "excluded": "refused by the exclusion {word}",
        "all": "a word of `all` is missing",
        "near": "no word of `near` is near enough",
        "account": "another account than those in `authors`",
        "source": "another source than those in `sources`",
        "time": "before `starts` or after `expires`",
        "own": "by an account of `own_accounts`",
        "several": "several conditions together refuse it",
        "edges": "`mode` or `kana` asks for more than is there",
    },
    notes_title="Before you believe it",
    notes={
        "unchanged": "The lists and settings tried are those in force: there is no difference to show.",
        "fewer_days_stored": "You asked for {asked} days; only {days:g} are stored.",
        "fewer_days_sample": "You asked for {asked} days; a wider list can be tested over {days:g}"
        " only, since"
        " unmatched posts are not kept longer. Exclusions alone can be tested over all of them.",
        "fewer_days_learning": "You asked for {asked} days; {days:g} are tested, since the first"
        " two days that are"
        " stored had to be learned.",
        "cold": "Only {hours:g} hours could be learned before the tested days: the detector still"
        " asked for more"
        " people than usual, and pages may come late or be missing, on both sides.",
        "rough": "{days:g} days are few: pages per 30 days are a rough figure.",
        "no_sample": "Cannot tell what the list would newly find: no unmatched posts of these days are kept"
        " (storage.unmatched_rate). Only posts that were stored for other words are seen.",
        "short_sample": "Cannot tell how often it would page: the sample of unmatched posts is"
        " shorter than a day.",
        "deaf_sources": "Cannot tell what the list would newly find in {sources}: there is no"
        " sample of their"
        " unmatched posts.",
        "scaled": "Of the posts that no list wanted, one in {each:g} is kept. {found} of them would"
        " newly match; each"
        " counts as {each:g} in the mentions, with a 90 % interval.",
        "reposts": "Reposts of newly matched posts are not in the sample: there would be more mentions.",
        "at_least": "{topics}: at least so many pages. In the detector a sampled post counts once,"
        " not for all that it"
        " stands for, so a fire among the newly matched posts is found late or not at all.",
        "drowned": "{topics}: cannot tell how often it would page. Most mentions would be newly"
        " matched ones, of which"
        " too few are kept; fires of today may drown among them, and others may be there.",
        "echoed": "For {days:g} of the learned days there is no sample; its own days, moved back, stand in.",
        "gaps": "Sources were silent: {sources}. Nothing is known of that time.",
        "deleted": "{posts} posts were deleted since; they count on neither side.",
        "anonymous": "{posts} posts have no author any more (storage.author_days): each counts as a person.",
        "unscored": "{posts} posts had no score; they are scored now.",
        "rescored": "The scorer is another one: everything was scored anew on the changed side.",
        "recorded": "The watch itself paged for {recorded} fires in these days; the lists in force,"
        " replayed, for"
        " {replayed}. Lists, settings, people's answers or a busy scorer were other than in the replay.",
    },
)

JA = Words(
    title="{days:.1f}日分の試算: {start} 〜 {end}（{zone}）",
    learned="その前の{days:.1f}日分で、ふだんの様子を学習しました。",
    tried={
        "list": "試したもの: {instead} の代わりに {what}",
        "beside": "試したもの: 今のリストに {what} を追加",
        "folder": "試したもの: すべてのリストの代わりに {what} のリスト",
        "setting": "試したもの: {what}",
        "config": "試したもの: 設定ファイル {what}",
    },
    nothing_tried="変更はありません。今のリストと設定での結果です",
    short={
        "same_mentions": "まとめ: 言及は今と同じ",
        "mentions": "まとめ: 言及は{newly}件増え、{gone}件減る",
        "times": "（{topic} は{n:.1f}倍になる）",
        "same_pages": "呼び出しの数は今と同じ（30日に{after}回）",
        "pages": "呼び出しは30日に{before}回から{after}回へ",
        "least": "呼び出しは30日に{after}回以上（今は{before}回）",
        "unknown": "呼び出しが何回になるかは分かりません",
        "missing": "今の炎上のうち{n}件で呼び出されなくなる",
        "later": "{n}件は呼び出しが遅くなる",
        "earlier": "{n}件は呼び出しが早くなる",
        "new": "{n}件で新しく呼び出される",
        "fires_same": "炎上の呼び出しはどれも今と同じ時刻",
    },
    stop="。",
    now="今",
    changed="変更後",
    difference="差",
    topic="話題",
    mentions="言及",
    newly="増える",
    dropped="減る",
    pages="期間中の呼び出し",
    per_month="30日あたりの呼び出し",
    nights="うち夜間（23〜7時）",
    unsure={"full": "{n}", "at_least": "{n}", "cannot_tell": "?"},
    certainty={"full": "{n}", "at_least": "{n} 以上", "cannot_tell": "分かりません（見えたのは {n}）"},
    short_certainty={"full": "確か", "at_least": "最低限", "cannot_tell": "不明"},
    trust="呼び出し数は",
    roughly="約{n}",
    about="約{n}\n（{low}〜{high}）",
    at_most="{n}\n（最大 {high}）",
    fires="呼び出しになった炎上と、最初の呼び出し",
    fire="始まり",
    comparison={
        "same": "同じ時刻",
        "earlier": "{minutes}分早い",
        "later": "{minutes}分遅い",
        "missing": "呼び出されなくなる",
        "new": "新しく呼び出される",
    },
    glows={"missing": "（火種どまり）", "new": "（今は火種どまり）"},
    never="-",
    no_fires="どちらでも、呼び出しになった炎上はありません。",
    newly_title="新しく一致する投稿: {all}件（うち{shown}件を表示）",
    newly_none="新しく一致する投稿はありません",
    dropped_title="一致しなくなる投稿: {all}件（うち{shown}件を表示）",
    dropped_none="一致しなくなる投稿はありません",
    when="日時",
    post="投稿",
    words="一致した語",
    stands_for="（{n}件分）",
    reasons={
        "gone": "この書き方のキーワードが話題からなくなった",
        "excluded": "除外語「{word}」で外れた",
        "all": "`all` の語が足りない",
        "near": "`near` の語が近くにない",
        "account": "`authors` にない投稿者",
        "source": "`sources` にない情報源",
        "time": "`starts` の前か `expires` の後",
        "own": "`own_accounts` の自社アカウント",
        "several": "複数の条件が合わない",
        "edges": "`mode` か `kana` の条件に合わない",
    },
    notes_title="読む前に",
    notes={
        "unchanged": "試したリストと設定は今のものと同じで、差はありません。",
        "fewer_days_stored": "{asked}日分を指定されましたが、保存されているのは{days:g}日分です。",
        "fewer_days_sample": "{asked}日分を指定されましたが、語を広げる変更は{days:g}日分しか試せ"
        "ません（一致しなかった投稿は"
        "それより長く残していないため）。除外語だけの変更なら全期間を試せます。",
        "fewer_days_learning": "{asked}日分を指定されましたが、保存の最初の2日は学習に使い"
        "、{days:g}日分を試しました。",
        "cold": "事前に学習できたのは{hours:g}時間だけです。検知器がまだ慎重なため、どちらの側でも"
        "呼び出しが遅れたり"
        "抜けたりすることがあります。",
        "rough": "{days:g}日分しかないため、30日あたりの数はおおよそです。",
        "no_sample": "新しく何が見つかるかは分かりません。この期間の一致しなかった投稿が残っていません"
        "（storage.unmatched_rate）。ほかの語で保存された投稿だけを見ています。",
        "short_sample": "呼び出しの数は分かりません。一致しなかった投稿の標本が1日分に足りません。",
        "deaf_sources": "{sources} で新しく何が見つかるかは分かりません。一致しなかった投稿の標本"
        "がありません。",
        "scaled": "どのリストにも一致しなかった投稿は{each:g}件に1件だけ残しています。そのう"
        "ち{found}件が新しく一致し、言及数では"
        "1件を{each:g}件と数えます（90 % の幅つき）。",
        "reposts": "新しく一致する投稿のリポストは標本にないため、実際の言及はもっと多くなります。",
        "at_least": "{topics}: 呼び出しは「これ以上」です。検知器の中では標本の1件は1件としか数え"
        "ないため、新しく一致する投稿の"
        "炎上は遅れて見つかるか、見つかりません。",
        "drowned": "{topics}: 呼び出しの数は分かりません。言及の大半が新しく一致する投稿になり、残"
        "っている標本が少なすぎます。"
        "今の炎上が埋もれることも、ほかの炎上があることもあり得ます。",
        "echoed": "学習期間のうち{days:g}日は標本がないため、標本のある日を前にずらして補いました。",
        "gaps": "情報源が途切れていました: {sources}。その間のことは分かりません。",
        "deleted": "{posts}件はその後削除されたため、どちらの側でも数えません。",
        "anonymous": "{posts}件は投稿者の記録が消えています（storage.author_days）。1件を1人と数えます。",
        "unscored": "採点されていなかった{posts}件は、今採点しました。",
        "rescored": "採点器が違うため、変更後の側はすべて採点し直しました。",
        "recorded": "この期間に実際に呼び出した炎上は{recorded}件、今のリストでの試算で"
        "は{replayed}件です。当時のリストや設定、"
        "人の対応、採点の混み具合が試算と違うためです。",
    },
)

WORDS: Mapping[Language, Words] = {"en": EN, "ja": JA}
