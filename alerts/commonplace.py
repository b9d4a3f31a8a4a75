"""Words that any complaint may hold: they say how people feel, or when, not what happened."""

_JAPANESE = """
今 私 俺 僕 何 人 中 上 下 前 後 底 横 隣 側 裏 奥 時 日 月 年 子 方 物 者 所 気 目 手 口 声 元 先 他 次 夜
朝 昼 家 店 大 小 超 無 字 件 話 事 回 数 的 性 最悪 最低 無理 今日 昨日 明日 今夜 今朝 今回 自分 本当 本気
絶対 大丈夫 全部 一口 一個 時間 最近 写真 写真あり マジ ヤバ ヤバイ ホント ウソ キモ キモイ ムリ ダメ
タイムライン ツイート ニュース コメント リプ ポスト アカウント 悲報 朗報 速報 続報 詳細 情報 話題 炎上 拡散
拡散希望 拡散お願い 希望 お願い 回目 何回目 度目 何度目 一回 二度 当時 毎日 毎回 一生 永遠 責任 説明 対応
謝罪 誠意 反省 気持ち 気分 感情 信用 信頼 期待 失望 残念 不快 不満 不信感 怒り 文句 苦情 批判 意味 意味不明
不明 理由 原因 問題 状況 状態 結果 可能性 必要 普通 普段 会社 企業 運営 公式 担当 担当者 当事者 関係者 商品
製品 会員 客 お客 お客様 客様 消費者 世間 世の中 皆 皆さん みなさん 友達 友人 知人 家族 旦那 地元 近所 周り
鳥肌 鬱 涙 草 笑 笑い 冗談 個人的 正直 真面目 完全 一番 以上 以外 以下 場合 感じ やつ みんな ガッカリ
イライラ モヤモヤ ショック キレ
"""
_ENGLISH = """
about absolutely account actual after again ages agree almost already also although always angry annoyed
annoying another anybody anymore anyone anything apology apologise apologize appalling around ashamed asked
asking avoid away awful back badly because become been before behind being believe best better between beware
beyond both bother bothered bought brand bring broke called calling came cannot can't care careful clearly
comes coming company complain complained complaint complaints consumer could couldn't customer customers
decent despite different didn't disappointed disappointing disgrace disgraceful disgusted disgusting does
doesn't doing done dont don't down during each either else enough even ever every everybody everyone
everything exactly excuse excuses expect expected experience explain explained explanation extra eyes fact
fail fair feel feeling feels fewer fine first follow fool forever forget forgot former found friend friends
from front full fuming furious further gave gets getting give given gives giving goes going gone gonna good
gotta great gross guess guys half hand hands happen happened happening happens hard hardly hate have haven't
having hear heard hell help here hers herself himself hope hoping horrible hour hours however huge i'll i'm
i've idea imagine instead into isn't issue issues it's its itself join joke just keep keeps kept kidding kind
knew know knowing knows last late later least leave less life like liked literal little live livid long look
looked looking looks lost lots love made make makes making manage many matter maybe mean means mention mess
might mind mine minute minutes month months more morning most move much must myself near need needed needs
never news next nice night nobody none nope normal nothing notice nowhere okay once only onto other others
ourselves outrage outrageous over panicking part pathetic patience people perfect person place please plenty
point post posted posting pretty probably problem problems proper protest publicly pulled quite rather reach
read reading real reason regret ridiculous right rude sadly said same saying says scared second seem seems
seen serious seriously several shall shame shameful share sharing shocked shocking should shouldn't show
shows sick since slow slower slowly someone something sometimes somewhere soon sorry sort spread start
started starting state stay still stop stopped stopping story struggling stuck stupid such support suppose
supposed sure take taken takes taking talk talking tell telling terrible than thank thanks that that's their
them themselves then there these they they're thing things think thinking this those though thought three
through till time times tired today together told tomorrow tonight took totally toward tried tries true trust
truth trying turn twice unacceptable under understand unhappy unless until upset used using usual very video
wait waited waiting wake walk want wanted wants wasn't waste watch watching weak wear week weeks weird well
went were weren't what whatever what's when where whether which while whoever whole whom whose will wish with
within without woke won't word words work worked working works world worried worse worst worth would wouldn't
wow wrong yeah year years yesterday yesterday's you're your yours yourself yourselves
"""
EVERYBODYS = frozenset((*_JAPANESE.split(), *_ENGLISH.split()))
"""Nouns and other words that are said in the complaints about anything."""
