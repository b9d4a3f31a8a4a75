"""The sentences of a page, in Japanese and English."""

from typing import Literal

import msgspec

Language = Literal["ja", "en"]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a page says by itself; the rest is quoted or counted."""

    # Line 1.
    bracket: str
    severity: dict[str, str]
    kind: dict[str, str]
    reopened: str
    mood: dict[str, str]
    over: str
    headline: str
    risky: str
    slow: str
    volume: str
    resolved: str
    brief: str
    brief_risk: str
    brief_over: str
    bare: str
    duration: str
    under_an_hour: str
    more_topics: str
    risk: dict[str, str]
    # What to do, and who does it.
    acknowledge: str
    owned: str
    still: str
    beside: str
    first_step: str
    runbook: str
    snooze: str
    not_a_fire: str
    # What is known.
    again: str
    grown: str
    outgrown: str
    mixed: str
    why: dict[str, str]
    share: str
    unscored: str
    terms: str
    quote: str
    collapsed: str
    others: str
    starter: str
    somebody: str
    carrier: str
    harmless: str
    sign: dict[str, str]
    nothing: str
    planned: str
    event: dict[str, str]
    spread: str
    blind: str
    more_blind: str
    silent: str
    more_silent: str
    learning: str
    unanswered: str
    date: str
    late: str
    held_back: str
    sampled: str
    # The all-clear.
    ended: str
    handled: str
    nobody: str
    verdict_is: str
    verdict_open: str
    verdict: dict[str, str]
    # Signs.
    link: str
    comma: str
    dot: str


JA = Words(
    bracket="【{head}】",
    severity={"ember": "火種", "warning": "注意", "critical": "緊急"},
    kind={"first": "", "grown": "・拡大", "reminder": "・再通知", "escalation": "・応援要請"},
    reopened="・再燃",
    mood={"positive": "称賛", "buzz": "話題"},
    over="収束",
    headline=" 不満{negative}人/30分(普段{usual}) {start}〜",
    risky=" {risk}{n}人/2時間 {start}〜",
    slow=" 不満{n}人/{hours}時間(普段{usual}) {start}〜",
    volume=" {n}人/時 {start}〜",
    resolved=" {duration} 最大 不満{peak}人/時",
    brief=" 不満{n}人",
    brief_risk=" {risk}{n}人",
    brief_over=" {duration}",
    bare=" {n}人",
    duration="{hours}時間{minutes}分",
    under_an_hour="{minutes}分",
    more_topics="ほか{n}話題",
    risk={
        "safety": "安全の指摘",
        "leak": "漏えいの指摘",
        "discrimination": "差別の指摘",
        "legal": "法令違反の指摘",
        "boycott": "不買の声",
        "misconduct": "不正の指摘",
    },
    acknowledge="対応する: {how}",
    owned="対応中: {owner}({since}〜)",
    still="{owner}さん、まだ対応中ですか? 続けるなら: {how}",
    beside="同時に: {headline}",
    first_step="まず: {runbook}",
    runbook="①全部読む ②個別に返信しない ③広報責任者に電話 ④予約投稿を止める ⑤メモを残す",
    snooze="30分待つ: {how}",
    not_a_fire="火事ではない: {how}",
    again="再燃: {start}〜{end}に続き再び(以下は今回の声)",
    grown="注意から緊急へ: {why}",
    outgrown="「火事ではない」とされた時の3倍になりました",
    mixed="増えた人の半分以上は不満ではない",
    why={
        "negative_30_min": "不満が30分で{n}人",
        "negative_in_episode": "不満が普段より{n}人多い",
        "hundredth_in_minutes": "不満100件目まで約{n}分",
        "risk": "{risk}が2時間で{n}人",
        "spread": "2つ目の情報源に広がり3倍",
        "": "条件に達しました",
    },
    share="不満 {share}%(推定{low}〜{high}%)",
    unscored="不満の割合: まだ判定中",
    terms="目立つ語: {terms}",
    quote="{mark}「{text}」{others}",
    collapsed="{mark}（罵倒表現を含む投稿）{others}",
    others="ほか{n}件",
    starter="発端 {who} {when}",
    somebody="名前不明",
    carrier=" → 拡散 {who} {when}({n}人)",
    harmless="無害な理由: {reason}",
    sign={
        "hashtag": "{share}%の人が同じタグ{what}",
        "campaign": "{share}%の人が企画の話({what})",
        "broadcast": "{share}%の人が放送の話({what})",
        "delayed": "{share}%が15分以上遅れて到着",
        "copies": "{share}%の人が同じ文面",
        "copies_of": "{share}%の人が{texts}つの文面の写し",
        "source": "{share}%の人が{what}だけに集中",
        "author": "{share}%が1人の投稿",
        "weak": "{share}%が弱い一致だけ",
        "scattered": "{share}%に共通の語なし",
    },
    nothing="なし",
    planned="予定表に{event}あり: {note}{start}〜{end}(普段の{times}倍の人数まで想定内)",
    event={
        "campaign": "キャンペーン",
        "broadcast": "放送",
        "launch": "発売",
        "sale": "セール",
        "announcement": "発表",
        "other": "予定",
    },
    spread="情報源{n}つ",
    blind="監視外: {names}",
    more_blind="ほか{n}つ",
    silent="{name} {since}から無音",
    more_silent="ほか{n}つも無音",
    learning="学習中: {since}から(普段の量はまだ仮の値)",
    unanswered="応答なし: {names}",
    date="%m/%d %H:%M",
    late="遅れて発見: 投稿の到着が遅れました",
    held_back="夜間のため{since}からお知らせを待っていました",
    sampled="判定は投稿の{share}%まで(残りは順番待ち)",
    ended="{start}〜{end} ・ {severity} ・ 対応: {handled}",
    handled="{owner}({since}〜)",
    nobody="応答なし",
    verdict_is="判定: {verdict}",
    verdict_open="判定はまだです: {how}\nreal=本物 noise=誤報 campaign=企画・放送 not_us=別の話",
    verdict={"real": "本物", "noise": "誤報", "campaign": "企画・放送", "not_us": "別の話"},
    link="(リンク)",
    comma="、",
    dot=" ・ ",
)

EN = Words(
    bracket="[{head}] ",
    severity={"ember": "EMBER", "warning": "WARNING", "critical": "CRITICAL"},
    kind={"first": "", "grown": ", grown", "reminder": ", again", "escalation": ", help"},
    reopened=", reignited",
    mood={"positive": "PRAISE", "buzz": "BUZZ"},
    over="OVER",
    headline=": {negative} unhappy in 30 min (usual {usual}) from {start}",
    risky=": {n} {risk} in 2 h from {start}",
    slow=": {n} unhappy in {hours} h (usual {usual}) from {start}",
    volume=": {n} people per hour from {start}",
    resolved=": {duration}, peak {peak} unhappy per hour",
    brief=": {n} unhappy",
    brief_risk=": {n} {risk}",
    brief_over=": {duration}",
    bare=": {n}",
    duration="{hours} h {minutes} min",
    under_an_hour="{minutes} min",
    more_topics=" +{n} more",
    risk={
        "safety": "mention safety",
        "leak": "mention a leak",
        "discrimination": "mention discrimination",
        "legal": "mention law-breaking",
        "boycott": "mention a boycott",
        "misconduct": "mention misconduct",
    },
    acknowledge="Acknowledge: {how}",
    owned="Owned by {owner} since {since}",
    still="{owner}, still on it? If so: {how}",
    beside="Also: {headline}",
    first_step="First: {runbook}",
    runbook="read it all; answer no one singly; call the spokesperson; pause posts; leave a note",
    snooze="Wait 30 min: {how}",
    not_a_fire="Not a fire: {how}",
    again="Again: it burnt {start}–{end}; below is what came since",
    grown="WARNING became CRITICAL: {why}",
    outgrown="Three times as big as when it was called not a fire",
    mixed="most of the extra people are not unhappy",
    why={
        "negative_30_min": "{n} unhappy in 30 min",
        "negative_in_episode": "{n} unhappy people more than usual",
        "hundredth_in_minutes": "the 100th unhappy post in about {n} min",
        "risk": "{n} {risk} in 2 h",
        "spread": "a second source, and three times the size",
        "": "a limit was reached",
    },
    share="{share}% unhappy (likely {low}–{high}%)",
    unscored="Share of unhappy: not judged yet",
    terms="New words: {terms}",
    quote="{mark} “{text}”{others}",
    collapsed="{mark} (a post with abusive language){others}",
    others=" +{n} alike",
    starter="Began with {who} {when}",
    somebody="somebody",
    carrier=" → spread by {who} {when} ({n})",
    harmless="Harmless because: {reason}",
    sign={
        "hashtag": "{share}% of people use one tag {what}",
        "campaign": "{share}% of people speak of a giveaway ({what})",
        "broadcast": "{share}% of people speak of a broadcast ({what})",
        "delayed": "{share}% arrived over 15 min late",
        "copies": "{share}% of people post one text",
        "copies_of": "{share}% of people copy {texts} texts",
        "source": "{share}% of people come from {what} alone",
        "author": "{share}% of posts are by one author",
        "weak": "{share}% match only weakly",
        "scattered": "{share}% share no word",
    },
    nothing="no reason seen",
    planned="{event} is in the calendar: {note}{start}–{end} (up to {times}x the usual is no surprise)",
    event={
        "campaign": "A campaign",
        "broadcast": "A broadcast",
        "launch": "A launch",
        "sale": "A sale",
        "announcement": "An announcement",
        "other": "An event",
    },
    spread="in {n} sources",
    blind="Not watched: {names}",
    more_blind=" and {n} more",
    silent="{name} silent since {since}",
    more_silent="{n} more silent",
    learning="Still learning since {since}: what is usual is a guess",
    unanswered="No answer from {names}",
    date="%d %b %H:%M",
    late="Found late: the posts reached us late",
    held_back="Held back since {since}: it was night, and not critical",
    sampled="Judged so far: {share}% of the posts",
    ended="{start}–{end} · was {severity} · handled by {handled}",
    handled="{owner} (since {since})",
    nobody="nobody",
    verdict_is="Verdict: {verdict}",
    verdict_open="No verdict yet: {how}\nreal, noise, campaign (ours, or a broadcast) or not_us (a namesake)",
    verdict={"real": "real", "noise": "noise", "campaign": "campaign", "not_us": "not us"},
    link="(link)",
    comma=", ",
    dot=" · ",
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}
