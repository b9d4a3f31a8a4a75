"""The sentences of a page, in Japanese and English."""

from typing import Literal

import msgspec

Language = Literal["ja", "en"]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a page says by itself; the rest is quoted or counted."""

    severity: dict[str, str]
    kind: dict[str, str]
    reopened: str
    headline: str
    resolved: str
    more_topics: str
    acknowledge: str
    owned: str
    share: str
    quote: str
    others: str
    starter: str
    carrier: str
    benign: str
    nothing: str
    spread: str
    blind: str
    silent: str
    learning: str
    late: str
    first_step: str
    runbook: str
    snooze: str
    not_a_fire: str
    link: str
    comma: str
    ended: str
    verdict: dict[str, str]
    duration: str


JA = Words(
    severity={"ember": "火種", "warning": "注意", "critical": "緊急"},
    kind={
        "first": "",
        "grown": "・拡大",
        "reminder": "・再通知",
        "escalation": "・応援要請",
        "resolved": "・収束",
    },
    reopened="・再燃",
    headline=" 不満{negative}人/30分(普段{usual}) {start}〜",
    resolved=" {duration} 最大 不満{peak}人/時",
    more_topics="ほか{n}話題",
    acknowledge="対応する: {how}",
    owned="対応中: {owner} ({since}〜)",
    share="不満 {share}%({low}–{high})",
    quote="{mark}「{text}」{others}",
    others="ほか{n}件",
    starter="発端 {who} {when}",
    carrier=" → 拡散 {who} {when}({n})",
    benign="無害な理由: {reason}",
    nothing="なし",
    spread="情報源 {n}つに拡大",
    blind="監視外: {names}",
    silent="{name} {since}から無音",
    learning="学習中: {since}から(普段の量はまだ仮の値)",
    late="遅れて発見: 投稿の到着が遅れました",
    first_step="まず: {runbook}",
    runbook="①スレッドを全部読む ②個別に返信しない ③広報責任者に電話 ④予約投稿を止める ⑤メモを残す",
    snooze="30分待つ: {how}",
    not_a_fire="火事ではない: {how}",
    link="(リンク)",
    comma="、",
    ended="{start}〜{end} ・ 対応: {owner} ・ 判定: {verdict}",
    verdict={"real": "本物", "noise": "誤報", "campaign": "キャンペーン", "not_us": "別の話", "": "未判定"},
    duration="{hours}時間{minutes}分",
)

EN = Words(
    severity={"ember": "EMBER", "warning": "WARNING", "critical": "CRITICAL"},
    kind={
        "first": "",
        "grown": ", grown",
        "reminder": ", again",
        "escalation": ", help",
        "resolved": ", over",
    },
    reopened=", reignited",
    headline=": {negative} unhappy in 30 min (usual {usual}) from {start}",
    resolved=": {duration}, peak {peak} unhappy per hour",
    more_topics=" +{n} topics",
    acknowledge="Acknowledge: {how}",
    owned="Owned by {owner} (since {since})",
    share="unhappy {share}% ({low}–{high})",
    quote="{mark} “{text}”{others}",
    others=" +{n} alike",
    starter="Began with {who} {when}",
    carrier=" → spread by {who} {when} ({n})",
    benign="Harmless because: {reason}",
    nothing="no reason seen",
    spread="now in {n} sources",
    blind="Not watched: {names}",
    silent="{name} silent since {since}",
    learning="Still learning since {since}: what is usual is a guess",
    late="Found late: the posts reached us late",
    first_step="First: {runbook}",
    runbook="read the thread; answer nobody singly; call the spokesperson; pause scheduled posts; note it",
    snooze="Wait 30 min: {how}",
    not_a_fire="Not a fire: {how}",
    link="(link)",
    comma=", ",
    ended="{start}–{end} · handled by {owner} · verdict: {verdict}",
    verdict={"real": "real", "noise": "noise", "campaign": "campaign", "not_us": "not us", "": "none yet"},
    duration="{hours} h {minutes} min",
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}
