"""Values of the hearing room."""

from __future__ import annotations

from xiezhi.cases.contracts import Labelled


class HearingStatus(Labelled):
    SCHEDULED = "SCHEDULED", "已排期"
    HELD = "HELD", "已开庭"
    POSTPONED = "POSTPONED", "延期"
    CANCELLED = "CANCELLED", "取消"


class HearingKind(Labelled):
    TRIAL = "TRIAL", "开庭"
    PRETRIAL = "PRETRIAL", "庭前会议"
    MEDIATION = "MEDIATION", "调解"
    PRONOUNCEMENT = "PRONOUNCEMENT", "宣判"
    INQUIRY = "INQUIRY", "询问"
