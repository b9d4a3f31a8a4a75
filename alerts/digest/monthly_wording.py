"""The words of the monthly report, in Japanese and English."""

import msgspec

from alerts.digest.monthly import Unknown
from alerts.incident import Severity
from alerts.wording import Language
from models.mention import Voice


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's templates."""

    title: str
    nothing: str
    figures: dict[str, str]
    calls: dict[Severity, str]
    share: str
    none: str
    of_rounds: str
    of_fires: str
    beside_night: str
    minutes: str
    hours: str
    verdict: str
    fires: str
    rang: str
    not_yet: str
    person: str
    at_night: str
    wrongly: str
    unjudged: str
    hour: str
    mentions: str
    negative: str
    voices: dict[Voice, str]
    by_hour: str
    cannot: str
    unknown: dict[Unknown, str]


JA = Words(
    title="{month}の報告 ({start}〜{end} {zone})",
    nothing="この期間の呼び出しはありません。",
    figures={
        "fires": "呼び出した炎上",
        "false": "誤報の割合",
        "answered": "応答した割合",
        "median": "応答まで 中央値",
        "p90": "応答まで 9割が以内",
        "response": "本物の炎上に公式返信",
        "response_median": "初回返信まで 中央値",
        "response_p90": "初回返信まで 9割が以内",
        "reopened": "再燃",
        "away": "見張りの停止",
        "silent": "情報源の無音",
    },
    calls={"critical": "呼び出し 緊急", "warning": "呼び出し 注意"},
    share="{value}% (推定{low}〜{high}%、判定済み{of}件)",
    none="不明",
    of_rounds="{share}% ({n}/{of}回)",
    of_fires="{share}% ({n}/{of}件)",
    beside_night="{all} ・ 夜間 {night}",
    minutes="{m}分",
    hours="{h}時間",
    verdict="判定",
    fires="件数",
    rang="呼び出し",
    not_yet="判定待ち",
    person="担当",
    at_night="夜間",
    wrongly="うち誤報",
    unjudged="うち判定待ち",
    hour="時",
    mentions="言及",
    negative="不満",
    voices={
        "complaint": "苦情",
        "question": "質問",
        "request": "要望",
        "praise": "称賛",
        "report": "報告",
        "news": "報道",
        "other": "他",
    },
    by_hour="時間帯(呼び出しは合計、ほかは1日あたり)",
    cannot="この報告で分からないこと",
    unknown={
        "absent": "この期間にはまだ見張りがいませんでした。上の0は「何もなかった」ではありません。",
        "since": "見張りがあったのは最後の{watched:.1f}日だけです。平均はその日数で割っています。",
        "no_real": "公式の初回返信: この期間に「本物」と判定された炎上はありません。",
        "first_response": "公式の初回返信: {real}件中{unheard}件は見えていません(DM・電話は申告分だけ)。",
        "media_lead": "報道までの先行時間: 最初の報道は記録していません。",
        "unjudged": "判定待ち{unjudged}件: 誤報の割合は判定済みの分だけです。",
        "partial": "この月はまだ終わっていません。",
        "forgotten": "保存期間({days}日)を過ぎた投稿は数えていません。",
        "unscored": "不満と声の種類は言及の{share}%だけを判定したものです。",
        "away": "停止中・無音中の投稿は数えていません。",
        "blind": "監視外: {blind}。ここでの件数は分かりません。",
    },
)

EN = Words(
    title="Report of {month} ({start} to {end}, {zone})",
    nothing="Nobody was paged in this time.",
    figures={
        "fires": "Fires that paged",
        "false": "False pages",
        "answered": "Answered",
        "median": "Time to acknowledge, median",
        "p90": "Time to acknowledge, p90",
        "response": "Real fires answered in public",
        "response_median": "Time to first response, median",
        "response_p90": "Time to first response, p90",
        "reopened": "Reopened",
        "away": "Watch away",
        "silent": "Sources silent",
    },
    calls={"critical": "Calls, critical", "warning": "Calls, warning"},
    share="{value}% (likely {low} to {high}%, of {of} judged)",
    none="not known",
    of_rounds="{share}% ({n} of {of} rounds)",
    of_fires="{share}% ({n} of {of})",
    beside_night="{all} · at night {night}",
    minutes="{m} min",
    hours="{h} h",
    verdict="verdict",
    fires="fires",
    rang="calls",
    not_yet="none yet",
    person="who",
    at_night="at night",
    wrongly="of these wrong",
    unjudged="not judged",
    hour="hour",
    mentions="posts",
    negative="unhappy",
    voices={
        "complaint": "compl.",
        "question": "quest.",
        "request": "request",
        "praise": "praise",
        "report": "report",
        "news": "news",
        "other": "other",
    },
    by_hour="By hour of the day (calls in all, the rest per day)",
    cannot="What this report cannot know",
    unknown={
        "absent": "There was no watch yet: the zeros above do not mean that nothing happened.",
        "since": "The watch was there for the last {watched:.1f} days only: means are per day of these.",
        "no_real": "First response: no fire of this time was judged real.",
        "first_response": (
            "First response: of {unheard} of {real} real fires none was seen;"
            " messages and calls count only where noted."
        ),
        "media_lead": "Lead over the media: the first pick-up is not recorded.",
        "unjudged": "Fires without a verdict: {unjudged}. False pages are a share of the judged ones only.",
        "partial": "This month is not over yet.",
        "forgotten": "Posts older than {days} days are not kept, and not counted.",
        "unscored": "Unhappy posts and voices are of the {share}% of posts that were judged.",
        "away": "What was said while the watch was away or a source silent is not counted.",
        "blind": "Not watched: {blind}. What is said there is in no figure here.",
    },
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}
