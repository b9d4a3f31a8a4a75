"""What counts as the same character: kanji variants, small kana, dashes, separators, look-alikes."""

import re
import unicodedata
from typing import Final

# Each pair: a variant, and the character it is compared as (JIS kyujitai and the variants of family names).
_VARIANTS: Final = """
    髙高 﨑崎 嵜崎 邉辺 邊辺 濵浜 濱浜 澤沢 廣広 國国 囯国 學学 會会 眞真 櫻桜 𠮷吉 龍竜 齋斎 齊斉 惠恵
    嶋島 嶌島 冨富 德徳 槇槙 曾曽 條条 嶽岳 萬万 壽寿 豐豊 寶宝 瀨瀬 瀧滝 燈灯 繩縄 禮礼 祿禄 彌弥 舊旧
    圓円 榮栄 驛駅 圖図 團団 點点 黨党 聲声 變変 實実 寫写 氣気 廳庁 來来 讀読 賣売 假仮 價価 兒児 醫医
    單単 彈弾 戰戦 鐵鉄 銕鉄 轉転 傳伝 當当 縣県 顯顕 險険 驗験 儉倹 劍剣 劒剣 權権 勸勧 觀観 歡歓 擴拡
    鑛鉱 礦鉱 藝芸 餘余 豫予 絲糸 蟲虫 臺台 體体 經経 輕軽 徑径 莖茎 繼継 斷断 數数 樓楼 屬属 囑嘱 續続
    爭争 淨浄 靜静 總総 聰聡 聽聴 廢廃 發発 髮髪 拔抜 佛仏 拂払 狹狭 峽峡 挾挟 陷陥 壓圧 圍囲 爲為 隱隠
    穩穏 營営 衞衛 緣縁 鹽塩 奧奥 應応 橫横 歐欧 毆殴 鷗鴎 區区 驅駆 樞枢 黃黄 溫温 畫画 壞壊 懷懐 繪絵
    槪概 覺覚 樂楽 藥薬 卷巻 寬寛 關関 舘館 僞偽 戲戯 犧犠 據拠 擧挙 虛虚 曉暁 勳勲 薰薫 羣群 揭掲 鷄鶏
    缺欠 硏研 獻献 嚴厳 效効 恆恒 號号 黑黒 碎砕 濟済 劑剤 雜雑 參参 慘惨 棧桟 蠶蚕 贊賛 讚賛 殘残 齒歯
    辭辞 濕湿 釋釈 澁渋 澀渋 從従 縱縦 獸獣 肅粛 處処 緖緒 敍叙 將将 奬奨 稱称 燒焼 涉渉 證証 乘乗 剩剰
    壤壌 孃嬢 讓譲 釀醸 觸触 寢寝 愼慎 盡尽 粹粋 醉酔 穗穂 隨随 髓髄 攝摂 專専 淺浅 踐践 錢銭 潛潜 纖繊
    禪禅 雙双 壯壮 莊荘 裝装 搜捜 插挿 巢巣 騷騒 增増 臟臓 藏蔵 卽即 帶帯 滯滞 對対 擇択 擔担 膽胆 癡痴
    遲遅 晝昼 鑄鋳 廰庁 鎭鎮 遞逓 貳弐 鬪闘 鬭闘 盜盗 獨独 屆届 貮弐 腦脳 惱悩 霸覇 拜拝 麥麦 蠻蛮 祕秘
    甁瓶 竝並 辨弁 瓣弁 辯弁 寳宝 襃褒 萠萌 飜翻 每毎 沒没 滿満 默黙 彥彦 譯訳 與与 譽誉 謠謡 搖揺 樣様
    遙遥 賴頼 亂乱 覽覧 畧略 兩両 獵猟 綠緑 鄰隣 壘塁 淚涙 勵励 隸隷 靈霊 齡齢 曆暦 歷歴 戀恋 鍊錬 爐炉
    勞労 郞郎 灣湾 渕淵 渊淵 嚙噛 頰頬 塡填 剝剥 屛屏 幷併 吞呑 鹼鹸 顚顛 蟬蝉 攢攅 簞箪 瘦痩 搔掻 摑掴
    倂併 倶俱 俠侠 籠篭 諫諌 鄕郷 鄉郷 淸清 靑青 桒桑 栁柳 舩船 刄刃 甞嘗 檜桧 礪砺 蠣蛎 礒磯 埜野 濶闊
    凉涼 凜凛 堯尭 瑤瑶 晉晋 亙亘 穰穣 巖巌 峯峰 裡裏 囘回 囬回 侭儘 罐缶 戶戸 說説 稅税 脫脱 悅悦 銳鋭
    閱閲 敎教 查査 內内 吳呉 步歩 兎兔 兔兎
"""


def _chain(pairs: dict[str, str]) -> dict[str, str]:
    """Follow each variant to the end of its chain; a pair written both ways keeps the first."""
    result = {}
    for variant, first in pairs.items():
        target, seen = first, {variant}
        while target in pairs and target not in seen:
            seen.add(target)
            target = pairs[target]
        if target not in seen:
            result[variant] = target
    return result


def _variants() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for pair in _VARIANTS.split():
        # NFKC has folded compatibility ideographs (祐, 都 ...) before this table is asked.
        variant, common = tuple(unicodedata.normalize("NFKC", pair))
        if variant != common and pairs.get(common) != variant:
            pairs.setdefault(variant, common)
    return _chain(pairs)


KANJI: Final = _variants()
_SMALL = "ぁあぃいぅうぇえぉおっつゃやゅゆょよゎわゕかゖけァアィイゥウェエォオッツャヤュユョヨヮワヵカヶケ"
_SMALL_EXTENDED = "ㇰクㇱシㇲスㇳトㇴヌㇵハㇶヒㇷフㇸヘㇹホㇺムㇻラㇼリㇽルㇾレㇿロ"
_ARCHAIC = "ヰイヱエゐいゑえ"


def _table(pairs: str) -> dict[str, str]:
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


LARGE: Final = _table(_SMALL + _SMALL_EXTENDED + _ARCHAIC)
SAME: Final = str.maketrans(KANJI | LARGE)
"""One character for another: kanji variants, small kana, old kana. Lengths never change."""
KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
"""Hiragana to katakana, for keywords that ask for it."""

LONG: Final = "ー"
DASHES: Final = "-‐‑‒–—―−─━〜～~〰˗⁃﹣－"
HYPHENS: Final = "-‐‑‒–−－﹣⁃˗"
"""Dashes that may join the words of a name; the others (〜, ― ...) only lengthen a vowel."""
SEPARATORS: Final = " \t\r\n\u00a0\u3000・·•‧･" + HYPHENS
MASKS: Final = "○〇●◯*"
LOOK_ALIKES: Final = {
    "ト": "卜",
    "タ": "夕",
    "ロ": "口",
    "カ": "力",
    "ニ": "二",
    "ー": "一",
    "エ": "工",
    "ハ": "八",
    "チ": "千",
    "ヘ": "へ",
}


def ranges(codes: list[int]) -> str:
    """Write sorted code points as the inside of a regular expression's character class."""
    parts, start = [], 0
    for index, code in enumerate(codes):
        if index + 1 == len(codes) or codes[index + 1] != code + 1:
            parts.append(f"{re.escape(chr(codes[start]))}-{re.escape(chr(code))}")
            start = index + 1
    return "".join(parts)


def _of_category(*categories: str) -> str:
    """Write the characters of some Unicode categories, but the kana voicing marks, as a class.

    Beyond the first plane only variation selectors and tags count: each further range there is asked for
    every character of every text, and the others belong to scripts of the past.
    """
    codes = (code for span in (range(0x10000), range(0xE0000, 0xE0200)) for code in span)
    return ranges(
        [c for c in codes if unicodedata.category(chr(c)) in categories and c not in {0x3099, 0x309A}]
    )


def _composing() -> str:
    """Write the characters beyond the first plane that NFC melts into the one before them."""
    parts = (unicodedata.decomposition(chr(code)).split() for code in range(0x10000, 0x20000))
    return ranges(
        sorted({int(part[1], 16) for part in parts if len(part) > 1 and not part[0].startswith("<")})
    )


DROPPED: Final = _of_category("Cf", "Mn", "Me")
"""Format characters, variation selectors and combining marks: dropped."""
FORMATS: Final = ranges([c for c in range(0x80, 0x10000) if unicodedata.category(chr(c)) == "Cf"])
"""Characters that only steer others (joiners, directions, soft hyphens): no part of what they follow."""
VOICING: Final = "\u3099\u309a\u309b\u309c\uff9e\uff9f"
SPACING_MARKS: Final = _of_category("Mc") + _composing()
MELTING: Final = DROPPED + SPACING_MARKS + VOICING
"""Everything that may melt into the character before it."""
