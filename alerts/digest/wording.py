"""The words of the digest, in Japanese and English."""

import msgspec

from alerts.wording import Language


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language's templates."""

    head: str
    happened: str
    counted: dict[str, str]
    rang: str
    quiet: str
    almost: str
    late: str
    fire: str
    burning: str
    peak: str
    answered: str
    handled: str
    unanswered: str
    responded: str
    reopened: str
    verdict: str
    no_verdict: str
    called_off: str
    may_call_off: str
    call_off_at: str
    call_off_later: str
    somebody: str
    postponed: str
    became: dict[str, str]
    todo: dict[str, str]
    item: str
    embers: str
    praise: str
    praised: str
    vacant: str
    gaps: str
    muted: str
    mute: str
    silent: str
    still: str
    away: str
    restarted: str
    sampled: str
    load: str
    person: str
    median: str
    missed: str
    more: str
    whole: str
    minutes: str
    hours: str
    hours_only: str


JA = Words(
    head="【朝の報告】{day} ",
    happened="夜の炎上: {what}",
    counted={"critical": "緊急{n}件", "warning": "注意{n}件", "praise": "称賛{n}件", "ember": "火種{n}件"}
    | {"todo": "未完了{n}件", "postponed": "延期{n}件", "muted": "数えない語{n}つ"},
    rang=" ・ 呼び出し{n}回",
    quiet="静かな夜でした({start}〜{end})",
    almost="炎上のない夜: {what}",
    late="{handoff}に見張りが止まっていたため、{late}遅れの報告です",
    fire="■{severity} {name} {start}〜{end}",
    burning="継続中",
    peak="最大 不満{peak}人/時",
    answered="{by}が{after}で応答",
    handled="対応: {by}",
    unanswered="応答なし",
    responded="公式の初回返信 {after}後",
    reopened="再燃{n}回",
    verdict="判定: {verdict}",
    no_verdict="判定待ち",
    called_off="警戒解除: {by}が宣言できます({at}から可)",
    may_call_off="警戒解除: {at}から{by}が宣言可(静穏{quiet})",
    call_off_at="警戒解除: {at}まで静かなら{by}が宣言(静穏{quiet})",
    call_off_later="警戒解除: 収まってから静穏{quiet}で{by}が宣言可",
    somebody="広報責任者",
    postponed="■延期 {severity} {name} {at} → {became}",
    became={
        "": "{until}まで待ち",
        "now": "これから呼び出し",
        "paged": "朝に呼び出し",
        "grew": "拡大して呼び出し",
        "over": "自然に収束",
    },
    todo={"unanswered": "■未応答", "owned": "■対応中", "verdict": "■判定待ち"},
    item="{name} {since}〜{owner}",
    embers="■火種 {items}",
    praise="■称賛・話題 {items}(お礼の返信を)",
    praised="{name} {start}〜 最大{peak}人/時",
    vacant="■当番の空き {items}",
    gaps="■見張りの穴 {items}",
    muted="■数えない語 {items}",
    mute="「{spelling}」{until}まで({by})",
    silent="{source} {start}〜{end}無音({length})",
    still="今も",
    away="見張り停止 {start}〜{end}({length})",
    restarted="再起動{n}回",
    sampled="判定は{share}%まで",
    load="■夜の負担 {people}",
    person="{name} {n}回",
    median="応答の中央値 {median}",
    missed="応答なし{n}回",
    more="ほか{n}件",
    whole="全部: hinoban report morning --date {day}",
    minutes="{m}分",
    hours="{h}時間{m}分",
    hours_only="{h}時間",
)

EN = Words(
    head="[MORNING] {day} ",
    happened="fires: {what}",
    counted={
        "critical": "{n} critical",
        "warning": "{n} warning",
        "praise": "{n} praise",
        "ember": "{n} ember",
    }
    | {"todo": "{n} to finish", "postponed": "{n} postponed", "muted": "{n} muted"},
    rang=" · calls: {n}",
    quiet="a quiet night ({start}–{end})",
    almost="no fires: {what}",
    late="Sent late by {late}: at {handoff} the watch was not running",
    fire="■ {severity} {name} {start}–{end}",
    burning="burning",
    peak="peak {peak} unhappy per hour",
    answered="{by} answered in {after}",
    handled="handled by {by}",
    unanswered="nobody answered",
    responded="first public answer after {after}",
    reopened="reignited: {n}",
    verdict="verdict: {verdict}",
    no_verdict="no verdict yet",
    called_off="Stand down: {by} may declare it (since {at})",
    may_call_off="Stand down: {by} may declare it from {at} ({quiet} of quiet)",
    call_off_at="Stand down: {by} declares it if it stays quiet until {at} ({quiet})",
    call_off_later="Stand down: {by} may declare it after {quiet} of quiet",
    somebody="the spokesperson",
    postponed="■ Postponed {severity} {name} {at} → {became}",
    became={
        "": "waits until {until}",
        "now": "paged now",
        "paged": "paged in the morning",
        "grew": "grew and rang",
        "over": "over by itself",
    },
    todo={"unanswered": "■ Unanswered:", "owned": "■ Being handled:", "verdict": "■ Need a verdict:"},
    item="{name} since {since}{owner}",
    embers="■ Embers: {items}",
    praise="■ Praise and buzz: {items} (worth an answer)",
    praised="{name} from {start}, peak {peak} per hour",
    vacant="■ Nobody on call: {items}",
    gaps="■ Gaps in the watch: {items}",
    muted="■ Muted: {items}",
    mute="“{spelling}” until {until} ({by})",
    silent="{source} silent {start}–{end} ({length})",
    still="now",
    away="watch away {start}–{end} ({length})",
    restarted="restarts: {n}",
    sampled="only {share}% of posts judged",
    load="■ Night load: {people}",
    person="{name} {n}",
    median="median answer {median}",
    missed="{n} unanswered",
    more="+{n} more",
    whole="All of it: hinoban report morning --date {day}",
    minutes="{m} min",
    hours="{h} h {m} min",
    hours_only="{h} h",
)

WORDS: dict[Language, Words] = {"ja": JA, "en": EN}
