"""The words in which an incident is told on a terminal, in Japanese and English."""

import msgspec

from alerts.wording import Language


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's templates; ``why`` tells our own reasons, by their names in ``alerts.timeline``."""

    state: dict[str, str]
    steps: dict[str, str]
    times: str
    over: str
    owned: str
    unowned: str
    answered: str
    unanswered: str
    noting: str
    how: dict[str, str]
    why: dict[str, str]
    signals: dict[str, str]
    verdict: str
    no_verdict: str
    timeline: str
    earlier: str
    by: str
    since: str
    no_incident: str


JA = Words(
    state={
        "triggered": "応答待ち",
        "acknowledged": "対応中",
        "snoozed": "待機中",
        "resolved": "収束",
        "reopened": "再燃・応答待ち",
    },
    steps={
        "opened": "検知",
        "ember seen": "火種",
        "merged": "話題が加わる",
        "grown": "3倍に拡大",
        "topic closed": "話題が鎮まる",
        "reignited": "再燃",
        "eased": "弱まる",
        "severity critical": "緊急に上がる",
        "severity warning": "注意に上がる",
        "acknowledged": "対応開始",
        "snoozed": "待機",
        "asked again": "再確認",
        "verdict real": "判定 本物",
        "verdict noise": "判定 誤報",
        "verdict campaign": "判定 企画・放送",
        "verdict not_us": "判定 別の話",
        "resolved": "収束",
        "reopened": "再燃",
        "quote deleted": "引用を削除",
        "muted": "消音",
        "nothing muted": "消音なし",
        "postponed": "朝まで保留",
        "nobody on call": "当番なし",
        "handed over": "次の人へ",
        "passed on": "起きている人へ",
        "escalated": "応援要請",
        "responded": "公式の返信",
    },
    times="開始 {start} ・ 検知 {opened}",
    over=" ・ 収束 {end}",
    owned="担当: {owner}",
    unowned="担当: なし",
    answered="{said}({at} {by})",
    unanswered="公式の返信: まだ見えていません(DM・電話・監視外では分かりません)",
    noting="  ほかで返信したら: {how}",
    how={"reply": "返信", "quote": "引用", "statement": "声明", "told": "申告"},
    why={
        "growth": "不満{n}人/時",
        "minutes": "{n}分",
        "burnt": "鎮火",
        "awake": "待機が終わった",
        "still": "{who}さん、まだ対応中ですか?",
        "muted": "「{what}」は{time}{zone}まで数えない({of}件中{n}件)",
        "unmuted": "消音する表記がない",
        "outgrown": "火事ではないとした大きさの3倍",
        "rose": "{severity}に拡大",
        "merged": "{what} に合流",
        "gap": "経路 {what}: {who}を呼び出し",
        "spared": "今週は夜の呼び出しが多い: {who}",
        "asleep": "就寝中: {who}",
        "helpers": "呼び出し: {who}",
        "sleeps": "{who}は就寝中。起きるのは{time}({zone})",
        "sleep": "{who}ほか{n}人は就寝中。最初に起きるのは{time}({zone})",
    },
    signals={
        "negative_30_min": "30分の不満",
        "negative_in_episode": "開始からの不満",
        "hundredth_in_minutes": "100件目まで間近",
        "spread": "2つ目の情報源",
        "slow_burn": "じわじわ増加",
        "evidence": "普段との差",
        "growth": "伸び",
        "never_seen_terms": "初めての語",
        "share": "不満の割合",
        "people": "人数",
        "sources": "情報源",
        "positive": "称賛",
        "buzz": "話題",
    },
    verdict="判定: {verdict}",
    no_verdict="判定: まだ",
    timeline="経過 ({zone})",
    earlier="(これより前は省略)",
    by="{who}({channel})",
    since="{start}から",
    no_incident="いま燃えている事案はありません。",
)

EN = Words(
    state={
        "triggered": "waits for an answer",
        "acknowledged": "acknowledged",
        "snoozed": "snoozed",
        "resolved": "over",
        "reopened": "reignited, waits for an answer",
    },
    steps={
        "severity critical": "now critical",
        "severity warning": "now a warning",
        "verdict not_us": "verdict not us",
        "responded": "answered in public",
    },
    times="Began {start} · noticed {opened}",
    over=" · over {end}",
    owned="owner: {owner}",
    unowned="owner: nobody",
    answered="{said} ({at} by {by})",
    unanswered="Public answer: none seen yet (messages, calls and unwatched places cannot be)",
    noting="  Answered elsewhere? {how}",
    why={
        "growth": "{n} unhappy people per hour",
        "minutes": "for {n} min",
        "burnt": "burnt out",
        "awake": "the snooze is over",
        "still": "still on it, {who}?",
        "muted": "“{what}” until {time}{zone} ({n} of {of} posts)",
        "unmuted": "no spelling is known that brought it",
        "outgrown": "three times what was called not a fire",
        "rose": "grew to {severity}",
        "merged": "merged into {what}",
        "gap": "on route {what}: {who} is called",
        "spared": "woken too often this week: {who}",
        "asleep": "asleep: {who}",
        "helpers": "to {who}",
        "sleeps": "{who} sleeps until {time} ({zone})",
        "sleep": "{who} and {n} more sleep; the first is awake at {time} ({zone})",
    },
    signals={
        "negative_30_min": "unhappy in 30 min",
        "negative_in_episode": "unhappy since it began",
        "hundredth_in_minutes": "the 100th is near",
        "spread": "a second source",
        "slow_burn": "a slow burn",
        "evidence": "far from usual",
        "growth": "growth",
        "never_seen_terms": "new words",
        "share": "share of unhappy",
        "people": "people",
        "sources": "sources",
        "positive": "praise",
        "buzz": "buzz",
    },
    how={"reply": "a reply", "quote": "a quote", "statement": "a statement", "told": "told"},
    verdict="Verdict: {verdict}",
    no_verdict="Verdict: none yet",
    timeline="What happened ({zone})",
    earlier="(earlier lines are left out)",
    by="{who} ({channel})",
    since="since {start}",
    no_incident="Nothing burns.",
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}
