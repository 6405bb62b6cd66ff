"""What the demonstration courts look like in numbers.  Every value is documented: a source, or "assumption".

The shape follows what the Supreme People's Court publishes each year (全国法院司法统计公报): about half
of first-instance
and enforcement work is civil, a quarter enforcement, criminal cases are few, one civil judgment in ten is
appealed.
Where no published figure was at hand the value is an assumption chosen so that the pages have something
to show
(overdue cases, stopped clocks, requests that wait).  Change a number here and load again; nothing else
depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: Months before the day of loading for which cases exist.
MONTHS = 24

#: Share of the cases that the intermediate court takes at first hand; appeals come on top (assumption).
INTERMEDIATE_SHARE = 0.06

#: Share of the asked number of cases that is born in basic courts; the rest is expected to come up on appeal
#: or to follow on another (about
#: 4 % of the cases of a basic court are appealed, 4 % are mediations that failed and go on as suits).
BASIC_SHARE = 0.885

#: How busy a basic court is, 1.0 is the average (assumption: city districts and county-level cities more).
COURT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "冀0602": 2.5, "冀0606": 2.8, "冀0681": 1.4, "冀0682": 1.5, "冀0684": 1.2, "冀0609": 1.1,
        "冀0608": 1.1, "冀0691": 1.0, "冀0607": 0.8, "冀0623": 0.7, "冀0624": 0.5, "冀0630": 0.6,
        "冀0631": 0.6, "冀0637": 0.6,
    }
)  # fmt: skip

#: Arrivals by month, January first: few before and after the Spring Festival, many in March to June, a
#: drop in
#: December, when courts used to close the year (assumption after the usual quarterly reports).
SEASON = (0.72, 0.62, 1.18, 1.12, 1.10, 1.08, 1.04, 0.98, 1.08, 0.94, 1.10, 0.84)
#: Arrivals by weekday, Monday first; only working days are drawn (assumption).
WEEKDAY = (1.25, 1.05, 1.0, 0.95, 0.75, 0.3, 0.3)

#: Shares of kinds in a basic court (司法统计公报 for the order of magnitude; the small kinds are
#: assumptions).
BASIC_KINDS: Mapping[str, float] = MappingProxyType(
    {
        "CIVIL_FIRST": 0.475, "ENFORCEMENT": 0.235, "PRE_FILING_MEDIATION": 0.085,
        "CRIMINAL_FIRST_PUBLIC": 0.058, "ENFORCEMENT_RESUMED": 0.042, "PRESERVATION_ENFORCEMENT": 0.030,
        "CIVIL_SPECIAL": 0.024, "PRESERVATION": 0.020, "ADMINISTRATIVE_FIRST": 0.016,
        "PAYMENT_ORDER": 0.009, "CRIMINAL_FIRST_PRIVATE": 0.004, "COMPENSATION_SELF": 0.002,
    }
)  # fmt: skip
#: Shares of kinds the intermediate court takes at first hand (assumption).
INTERMEDIATE_KINDS: Mapping[str, float] = MappingProxyType(
    {
        "CIVIL_RETRIAL_REVIEW": 0.25, "CIVIL_FIRST": 0.19, "ENFORCEMENT": 0.15, "CIVIL_RETRIAL": 0.03,
        "ADMINISTRATIVE_FIRST": 0.11, "CRIMINAL_FIRST_PUBLIC": 0.06, "ADMINISTRATIVE_RETRIAL_REVIEW": 0.05,
        "CIVIL_SPECIAL": 0.04, "CRIMINAL_RETRIAL": 0.01, "ADMINISTRATIVE_RETRIAL": 0.01,
        "ENFORCEMENT_RESUMED": 0.03, "PRESERVATION_ENFORCEMENT": 0.02, "COMPENSATION_COMMITTEE": 0.02,
        "COMPENSATION_SELF": 0.02, "PRESERVATION": 0.01,
    }
)  # fmt: skip

#: How applications reach the court (product page: most go online; assumption). Criminal ones come from
#: the prosecutor.
CHANNELS: Mapping[str, float] = MappingProxyType(
    {"WEB": 0.42, "HALL": 0.34, "MOBILE": 0.14, "CIRCUIT": 0.05, "KIOSK": 0.03, "HOTLINE": 0.02}
)


@dataclass(frozen=True, slots=True)
class CauseShare:
    """A cause with its weight, who meets whom (`P` person, `C` company, `B` bank, `A` agency) and the
    usual amount.

    `amount`: median in yuan of a log-normal distribution with `spread` as its sigma; 0 for causes without
    money.
    """

    key: str
    weight: float
    sides: str
    amount: int = 0
    spread: float = 1.0


#: Civil causes of first instance, by frequency (司法统计公报: 借款、婚姻家庭、交通事故、买卖、物业 lead;
#: shares assumed).
CIVIL_CAUSES: tuple[CauseShare, ...] = (
    CauseShare("C02.02.014", 0.150, "PP"),
    CauseShare("C04.10.108.03", 0.140, "PP", 68_000, 1.1),
    CauseShare("C10.35.411", 0.100, "PP", 76_000, 0.9),
    CauseShare("C04.10.126", 0.090, "CP", 4_200, 0.6),
    CauseShare("C04.10.108.01", 0.085, "BP", 128_000, 1.0),
    CauseShare("C04.10.115.02", 0.055, "BP", 36_000, 0.6),
    CauseShare("C04.10.144", 0.040, "PC", 18_000, 0.8),
    CauseShare("C04.10.120.03", 0.040, "CC", 690_000, 1.2),
    CauseShare("C07.19.205.05", 0.040, "PC", 26_000, 0.8),
    CauseShare("C04.10.116.02", 0.030, "PP", 42_000, 0.9),
    CauseShare("C01.01.001", 0.030, "PP", 38_000, 0.9),
    CauseShare("C02.03.029", 0.025, "PP", 260_000, 1.0),
    CauseShare("C04.10.096.03", 0.025, "PC", 310_000, 0.8),
    CauseShare("C04.10.119", 0.020, "CC", 88_000, 1.0),
    CauseShare("C04.10.147", 0.020, "CP", 54_000, 0.9),
    CauseShare("C04.10.120.07", 0.020, "PC", 47_000, 0.8),
    CauseShare("C10.35.406", 0.020, "PP", 92_000, 0.9),
    CauseShare("C09.31.371", 0.015, "PC", 61_000, 0.9),
    CauseShare("C04.11.148", 0.015, "PP", 33_000, 1.0),
    CauseShare("C04.10.132", 0.010, "PP", 150_000, 1.0),
    CauseShare("C02.02.012", 0.010, "PP", 86_000, 0.6),
    CauseShare("C02.02.022.01", 0.010, "PP", 24_000, 0.6),
    CauseShare("C03.07.065", 0.010, "PP"),
)
#: The intermediate court's own first-instance cases: large or of special standing (assumption).
CIVIL_CAUSES_UPPER: tuple[CauseShare, ...] = (
    CauseShare("C05.14.165.02", 0.45, "CC", 120_000, 0.8),
    CauseShare("C04.10.120.03", 0.35, "CC", 62_000_000, 0.4),
    CauseShare("C09.24.298", 0.20, "CC", 71_000_000, 0.4),
)
SPECIAL_CAUSES: tuple[CauseShare, ...] = (
    CauseShare("C11.41.448", 0.70, "PP"),
    CauseShare("C11.38.441", 0.25, "PP"),
    CauseShare("C11.37.436", 0.05, "PP"),
)
SPECIAL_CAUSES_UPPER: tuple[CauseShare, ...] = (
    CauseShare("C11.53.484", 0.65, "CC"),
    CauseShare("C11.53.483", 0.35, "CC"),
)
PAYMENT_CAUSES: tuple[CauseShare, ...] = (CauseShare("C11.45.458", 1.0, "CP", 21_000, 0.8),)
#: Charges, by frequency (最高检办案数据: 危险驾驶、盗窃、帮信、诈骗 lead; shares assumed). Sides:
#: prosecutor and accused.
CHARGES: tuple[CauseShare, ...] = (
    CauseShare("X02.055", 0.29, "P"),
    CauseShare("X05.221", 0.17, "P"),
    CauseShare("X06.1.257", 0.11, "P"),
    CauseShare("X04.179", 0.10, "P"),
    CauseShare("X02.054", 0.08, "P"),
    CauseShare("X06.2.300", 0.07, "P"),
    CauseShare("X06.1.269", 0.06, "P"),
    CauseShare("X06.1.286", 0.05, "P"),
    CauseShare("X05.229", 0.03, "P"),
    CauseShare("X04.186", 0.02, "P"),
    CauseShare("X05.226", 0.02, "P"),
)
CHARGES_UPPER: tuple[CauseShare, ...] = (
    CauseShare("X04.177", 0.45, "P"),
    CauseShare("X06.7.356", 0.40, "P"),
    CauseShare("X05.220", 0.15, "P"),
)
PRIVATE_CHARGES: tuple[CauseShare, ...] = (
    CauseShare("X04.179", 0.5, "PP"),
    CauseShare("X04.197", 0.25, "PP"),
    CauseShare("X04.196", 0.15, "PP"),
    CauseShare("X05.225", 0.10, "PP"),
)
ADMINISTRATIVE_CAUSES: tuple[CauseShare, ...] = (
    CauseShare("A01.003", 0.30, "PA"),
    CauseShare("A05.043", 0.22, "PA"),
    CauseShare("A13", 0.20, "PA"),
    CauseShare("A01.015", 0.16, "PA"),
    CauseShare("A05.044", 0.12, "PA"),
)
#: Median amount of compensation claimed from the state (assumption).
COMPENSATION_AMOUNT = (58_000, 0.8)

#: Review of applications (assumption): asked once for correction; not answered; refused; withdrawn.
CORRECTION = 0.11
CORRECTION_UNANSWERED = 0.12
REFUSED = 0.022
WITHDRAWN_BEFORE_DOCKETING = 0.008

#: First-instance civil procedures (司法统计公报: about two thirds simplified; small claims rising;
#: assumption).
CIVIL_PROCEDURES: Mapping[str, float] = MappingProxyType(
    {"SIMPLIFIED": 0.60, "SMALL": 0.18, "ORDINARY": 0.10, "ORDINARY_SOLE": 0.12}
)
CRIMINAL_PROCEDURES: Mapping[str, float] = MappingProxyType(
    {"FAST_TRACK": 0.32, "SIMPLIFIED": 0.36, "ORDINARY": 0.32}
)
ADMINISTRATIVE_PROCEDURES: Mapping[str, float] = MappingProxyType({"ORDINARY": 0.72, "SIMPLIFIED": 0.28})

#: Ways cases end. Keys are those of `cases.rules.kinds` (ratios assumed; 调解撤诉 about half of civil cases).
OUTCOMES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "CIVIL_FIRST": {
            "JUDGMENT": 0.47, "MEDIATED": 0.22, "WITHDRAWN": 0.22, "DEEMED_WITHDRAWN": 0.045,
            "SUIT_DISMISSED": 0.025, "OBJECTION_UPHELD": 0.012, "TERMINATED": 0.008,
        },
        "CIVIL_SECOND": {
            "UPHELD": 0.66, "REVERSED": 0.13, "REMANDED": 0.03, "MEDIATED": 0.08, "APPEAL_WITHDRAWN": 0.10,
        },
        "CIVIL_SECOND/RULING": {"RULING_UPHELD": 0.85, "RULING_REVERSED": 0.15},
        "CIVIL_RETRIAL_REVIEW": {
            "REFUSED": 0.84, "RETRIAL_ORDERED": 0.10, "WITHDRAWN": 0.05, "TERMINATED": 0.01,
        },
        "CIVIL_SPECIAL": {"GRANTED": 0.30, "REJECTED": 0.05, "RULED": 0.60, "WITHDRAWN": 0.05},
        "PAYMENT_ORDER": {"ISSUED": 0.72, "REJECTED": 0.13, "TERMINATED": 0.10, "WITHDRAWN": 0.05},
        "PRE_FILING_MEDIATION": {"AGREED": 0.46, "FAILED": 0.49, "WITHDRAWN": 0.05},
        "CRIMINAL_FIRST_PUBLIC": {
            "GUILTY": 0.955, "EXEMPTED": 0.02, "NOT_GUILTY": 0.001, "PROSECUTION_WITHDRAWN": 0.014,
            "TERMINATED": 0.01,
        },
        "CRIMINAL_FIRST_PRIVATE": {
            "GUILTY": 0.20, "NOT_GUILTY": 0.10, "MEDIATED": 0.25, "WITHDRAWN": 0.25, "SUIT_DISMISSED": 0.20,
        },
        "CRIMINAL_SECOND": {"UPHELD": 0.76, "REVERSED": 0.13, "REMANDED": 0.04, "APPEAL_WITHDRAWN": 0.07},
        "ADMINISTRATIVE_FIRST": {
            "JUDGMENT": 0.52, "SUIT_DISMISSED": 0.24, "WITHDRAWN": 0.18, "MEDIATED": 0.06,
        },
        "ADMINISTRATIVE_SECOND": {
            "UPHELD": 0.80, "REVERSED": 0.08, "REMANDED": 0.05, "APPEAL_WITHDRAWN": 0.07,
        },
        "ADMINISTRATIVE_SECOND/RULING": {"RULING_UPHELD": 0.88, "RULING_REVERSED": 0.12},
        "ADMINISTRATIVE_RETRIAL_REVIEW": {"REFUSED": 0.90, "RETRIAL_ORDERED": 0.06, "WITHDRAWN": 0.04},
        "CIVIL_RETRIAL": {
            "UPHELD": 0.40, "REVERSED": 0.36, "REMANDED": 0.08, "MEDIATED": 0.12, "TERMINATED": 0.04,
        },
        "CRIMINAL_RETRIAL": {"UPHELD": 0.45, "REVERSED": 0.40, "REMANDED": 0.15},
        "ADMINISTRATIVE_RETRIAL": {"UPHELD": 0.50, "REVERSED": 0.35, "REMANDED": 0.15},
        "COMPENSATION_SELF": {"GRANTED": 0.30, "REJECTED": 0.60, "WITHDRAWN": 0.10},
        "COMPENSATION_COMMITTEE": {"UPHELD": 0.55, "GRANTED": 0.10, "REJECTED": 0.30, "WITHDRAWN": 0.05},
        "PRESERVATION": {"GRANTED": 0.90, "REJECTED": 0.06, "WITHDRAWN": 0.04},
        "ENFORCEMENT": {
            "FULFILLED": 0.40, "ROUND_ENDED": 0.44, "TERMINATED": 0.13, "REFUSED": 0.01, "REJECTED": 0.02,
        },
        "ENFORCEMENT_RESUMED": {"FULFILLED": 0.42, "ROUND_ENDED": 0.40, "TERMINATED": 0.18},
        "PRESERVATION_ENFORCEMENT": {"DONE": 0.52, "PARTLY_DONE": 0.28, "NO_PROPERTY": 0.20},
    }
)  # fmt: skip

#: Days from the start of work to the decision, as a share of the limit: median and sigma of a log-normal
#: (assumption).
PACE = (0.60, 0.48)
#: Median days for kinds without a limit in days (assumption).
DAYS_WITHOUT_LIMIT: Mapping[str, int] = MappingProxyType(
    {"PRE_FILING_MEDIATION": 22, "PRESERVATION_ENFORCEMENT": 16, "PRESERVATION": 2}
)

#: What happens on the way, as chances per case that gets that far (assumption).
EXCLUSION = 0.10
SUSPENSION = 0.018
STOP_RESUMED = 0.95
CONVERSION_AFTER = (
    0.75  # of the limit; a simplified case decided later than this is converted with CONVERSION
)
CONVERSION = 0.65
EXTENSION = 0.70  # of the cases that would run past their limit; the others become overdue
REQUEST_REFUSED = 0.06
#: Requests of the last days wait longer, so that those who decide find something on their desks.
LATE_REQUEST_DAYS = 12
LATE_REQUEST_WAITS = 9
POSTPONED = 0.07
MANUAL_ASSIGNMENT = 0.04
AGENT_CIVIL = 0.46
AGENT_OF_COMPANY = 0.85
DEFENDER = 0.72
THIRD_PARTY = 0.05
SECOND_DEFENDANT = 0.24
ANNOUNCED_SERVICE = 0.06
#: Chance that a judgment or ruling that may be appealed is (全国 about one in ten; 行政 far more).
APPEAL: Mapping[str, float] = MappingProxyType({"CIVIL": 0.115, "CRIMINAL": 0.10, "ADMINISTRATIVE": 0.42})
APPEAL_LATE = 0.03
#: Detained accused among public prosecutions; cases closed to all but their team: minors (assumption).
DETAINED = 0.45
RESTRICTED = 0.006
#: Days from effect to the archive: median and sigma (assumption; within three months by rule of the courts).
ARCHIVE_DAYS = (32, 0.5)

#: How long desk history is kept: done todo items and notices older than this are not made (assumption).
DESK_DAYS = 30
NOTICE_READ_AFTER_DAYS = 3
