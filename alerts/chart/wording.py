"""The few words of a chart, in Japanese and English."""

import msgspec

from alerts.chart.content import Moment
from alerts.wording import Language


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart says beside its figures."""

    title: str
    unhappy: str
    others: str
    usual: str
    moments: dict[Moment, str]


LABELS: dict[Language, Labels] = {
    "ja": Labels(
        title="人数/5分",
        unhappy="不満",
        others="その他",
        usual="普段の幅",
        moments={
            "first_post": "発端",
            "opened": "検知",
            "page": "呼出",
            "acknowledged": "対応",
            "over": "収束",
        },
    ),
    "en": Labels(
        title="people per 5 min",
        unhappy="unhappy",
        others="others",
        usual="usual",
        moments={
            "first_post": "first post",
            "opened": "opened",
            "page": "page",
            "acknowledged": "taken",
            "over": "over",
        },
    ),
}
