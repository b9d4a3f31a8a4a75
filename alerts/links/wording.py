"""The sentences of the page behind a one-tap link, in Japanese and English."""

import msgspec

from alerts.wording import Language


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page behind a link says by itself."""

    name: str
    button: dict[str, str]  # what the big button does, by the purpose of the link
    effect: dict[str, str]  # what follows from pressing it
    harmless: str  # opening alone does nothing
    as_whom: str
    take_over: str
    elsewhere: str
    taken: str
    done: dict[str, str]
    verdict: dict[str, str]
    because: str  # what follows the big button of "not a fire": why, where that is known
    mute: str  # the second line of the button that also silences a spelling
    muting: str  # what that does
    muted: str
    not_muted: str
    acknowledged: str  # how the incident stands
    until: str
    snoozed: str
    resolved: str
    judged: str
    waiting: str
    used: str
    stale: str
    over: str
    newest: str
    expired: str
    unknown: str
    unknown_more: str
    refused: str
    busy: str
    busy_more: str
    too_many: str
    too_many_more: str


JA = Words(
    name="火の番",
    button={"ack": "対応する", "snooze": "30分待つ", "not_a_fire": "火事ではない"},
    effect={
        "ack": "押すと、ほかの人は呼び出されません。",
        "snooze": "30分後にもう一度お知らせします。深刻になれば途中でも鳴ります。",
        "not_a_fire": "誤報として閉じます。3倍に増えるまで鳴りません。",
        "verdict": "実際はどれでしたか?",
    },
    harmless="このページを開いただけでは、何も起きません。",
    as_whom="{to}さんとして記録されます。",
    take_over="{owner}さんから引き継ぐ",
    elsewhere="ほかの対応",
    taken="すでに {owner}さんが {since} から対応中です。",
    done={
        "ack": "あなたが対応中です。ほかの人は呼び出されません。",
        "snooze": "{until} まで待ちます。",
        "not_a_fire": "火事ではないものとして閉じました。3倍に増えるまで鳴りません。",
        "verdict": "判定を記録しました。",
        "muted": "同名の別の話として記録しました。",
    },
    verdict={"real": "本物の火事", "noise": "誤報", "campaign": "企画・放送", "not_us": "同名の別の話"},
    because="理由が分かれば(どれも閉じます)",
    mute="「{spelling}」を {until} まで消音",
    muting="その表記だけの投稿を数えません。ほかの表記と、安全や漏えいの指摘は鳴ります。",
    muted="「{spelling}」は {until} まで数えません。ほかの表記と、安全や漏えいの指摘は鳴ります。",
    not_muted="消音はできませんでした。消音する表記が見つかりません。",
    acknowledged="{owner}さんが {since} から対応中です。",
    until="{until} にもう一度確認します。",
    snoozed="{owner}さんが待機中です。{until} にもう一度鳴ります。",
    resolved="{since} に収束しました。",
    judged="判定: {verdict}",
    waiting="まだ誰も対応していません。",
    used="このリンクは {at} に使われました。",
    stale="このページの後に収束し、再び燃えています。",
    over="もう収束しているので、することはありません。",
    newest="いちばん新しい呼び出しのリンクを使ってください。",
    expired="このリンクは期限切れです。",
    unknown="このリンクは使えません。",
    unknown_more="途中で切れていないか確かめて、呼び出しのリンクをもう一度開いてください。",
    refused="記録できませんでした。",
    busy="いま記録できません。",
    busy_more="少し待って、もう一度押してください。別の方法は呼び出しの手順書にあります。",
    too_many="使えないリンクが続きました。",
    too_many_more="正しいリンクなら、いまでも開けます。",
)

EN = Words(
    name="Hinoban",
    button={"ack": "I am on it", "snooze": "Wait 30 minutes", "not_a_fire": "Not a fire"},
    effect={
        "ack": "Nobody else will be woken.",
        "snooze": "You will be asked again in 30 minutes; sooner if it gets worse.",
        "not_a_fire": "Closes it as a false alarm; silent until it is three times as big.",
        "verdict": "What was it really?",
    },
    harmless="Opening this page alone does nothing.",
    as_whom="Recorded as {to}.",
    take_over="Take over from {owner}",
    elsewhere="Other answers",
    taken="Already acknowledged by {owner} at {since}.",
    done={
        "ack": "You are on it. Nobody else will be woken.",
        "snooze": "Quiet until {until}.",
        "not_a_fire": "Closed as not a fire. Silent until it is three times as big.",
        "verdict": "Your verdict is recorded.",
        "muted": "Recorded: not us, a namesake.",
    },
    verdict={
        "real": "A real fire",
        "noise": "A false alarm",
        "campaign": "A campaign or broadcast",
        "not_us": "Not us: a namesake",
    },
    because="If you know why (each closes it)",
    mute="and mute “{spelling}” until {until}",
    muting="Posts with only that spelling will not count; others, and safety or leaks, still page.",
    muted="“{spelling}” does not count until {until}; other spellings, and safety or leaks, still page.",
    not_muted="Nothing was muted: the spelling was not found.",
    acknowledged="Acknowledged by {owner} at {since}.",
    until="It will be asked about again at {until}.",
    snoozed="Snoozed by {owner} until {until}.",
    resolved="Over since {since}.",
    judged="Verdict: {verdict}",
    waiting="Nobody is on it yet.",
    used="This link was used at {at}.",
    stale="It was over after this page, and burns again.",
    over="It is over, so there is nothing left to do.",
    newest="Use the link of the newest page.",
    expired="This link has expired.",
    unknown="This link does not work.",
    unknown_more="Check that it is complete, and open the link of the page again.",
    refused="This could not be recorded.",
    busy="This cannot be recorded now.",
    busy_more="Wait a moment and press again, or answer by another way of your runbook.",
    too_many="Too many links that do not work.",
    too_many_more="A link that is right still opens.",
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}
