"""The words in which an incident is told on a terminal, in Japanese and English."""

import msgspec

from alerts.wording import Language


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's templates; ``steps`` are words of the timeline, ``why`` patterns of our own reasons."""

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
    verdict: str
    no_verdict: str
    timeline: str
    earlier: str
    by: str


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
        r"(\d+) negative people per hour": r"不満\1人/時",
        r"for (\d+) min": r"\1分",
        r"burnt out": "鎮火",
        r"the snooze is over": "待機が終わった",
        r"still on it, (.+)\?": r"\1さん、まだ対応中ですか?",
        r"(.+) is muted until (\d\d:\d\d) \((\d+) of (\d+) mentions\).*": r"「\1」を\2まで(\4件中\3件)",
        r"no spelling is known that brought it": r"消音する表記がない",
        r"three times what was called not a fire": r"火事ではないとした大きさの3倍",
        r"grew to critical": r"緊急に拡大",
        r"merged into (.+)": r"\1 に合流",
    },
    verdict="判定: {verdict}",
    no_verdict="判定: まだ",
    timeline="経過 ({zone})",
    earlier="(これより前は省略)",
    by="{who}({channel})",
)

EN = Words(
    state={
        "triggered": "waits for an answer",
        "acknowledged": "acknowledged",
        "snoozed": "snoozed",
        "resolved": "over",
        "reopened": "reignited, waits for an answer",
    },
    steps={},
    times="Began {start} · noticed {opened}",
    over=" · over {end}",
    owned="owner: {owner}",
    unowned="owner: nobody",
    answered="{said} ({at} by {by})",
    unanswered="Public answer: none seen yet (messages, calls and unwatched places cannot be)",
    noting="  Answered elsewhere? {how}",
    why={},
    how={"reply": "a reply", "quote": "a quote", "statement": "a statement", "told": "told"},
    verdict="Verdict: {verdict}",
    no_verdict="Verdict: none yet",
    timeline="What happened ({zone})",
    earlier="(earlier lines are left out)",
    by="{who} ({channel})",
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}
