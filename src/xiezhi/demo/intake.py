"""Arrivals: what kinds of case come to a court when, who brings them, and how the review of an
application goes.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from xiezhi.cases.contracts import Category, Channel, ParticipantRole
from xiezhi.cases.rules import kinds
from xiezhi.demo import names, parameters, wording
from xiezhi.demo.bench import moment, working, working_days_after
from xiezhi.demo.courts import CourtPlan
from xiezhi.demo.facts import Appeal, Fact, History, Named, PartyFact
from xiezhi.demo.people import Staff
from xiezhi.demo.telling import amount_of, last_day, office_days, pick
from xiezhi.identity.contracts import Role
from xiezhi.law import causes
from xiezhi.parties.contracts import PartyKind

R = ParticipantRole
DAY = timedelta(days=1)
_NO_REVIEW = frozenset({Category.CRIMINAL, Category.MEDIATION, Category.PRESERVATION})
_BANKS = (
    "冀中农村商业银行股份有限公司",
    "燕赵村镇银行股份有限公司",
    "同心城市银行股份有限公司",
    "保阳信用卡服务有限公司",
)
_AGENCIES = ("公安局", "市场监督管理局", "自然资源和规划局", "人力资源和社会保障局", "人民政府")


@dataclass(frozen=True, slots=True)
class Review:
    """How the review of one application went, as far as it goes; moments after the last one are kept too.

    `end` is "accept", "refuse" or "withdraw".
    """

    number: int
    kind_key: str
    received_at: datetime
    end: str
    end_at: datetime
    requested_at: datetime | None = None
    answer_by: date | None = None
    answered_at: datetime | None = None
    appeal: Appeal | None = None


def plan(court: CourtPlan, *, count: int, seed: int, start: date, until: datetime) -> list[Review]:
    """Return the applications of a court that are not appeals, in the order in which their review ends."""
    rng = Random(f"{seed}:{court.code}:arrivals")  # noqa: S311 - repeatable invention, no secret
    days = list(office_days(start, until.date()))
    weights = list(accumulate(weight for _day, weight in days))
    shares = parameters.BASIC_KINDS if court.is_basic else parameters.INTERMEDIATE_KINDS
    found = []
    for number, kind_key in enumerate(_shared_out(shares, count, rng)):
        day = rng.choices(days, cum_weights=weights)[0][0]
        received = moment(day, rng)
        if received <= until:
            found.append(_review(number, kinds.get(kind_key), received, rng))
    found.sort(key=lambda review: (review.end_at, review.number))
    return found


def _shared_out(shares: dict[str, float] | object, count: int, rng: Random) -> Iterator[str]:
    """Yield `count` kinds: whole parts of the shares for certain, the rest by lot, so that few are left
    out.
    """
    assert hasattr(shares, "items")  # noqa: S101 - mappings only
    left = count
    for key, share in shares.items():
        sure = int(count * share)
        left -= sure
        for _n in range(sure):
            yield key
    for _n in range(left):
        yield pick(rng, shares)  # type: ignore[arg-type]


def _review(number: int, kind: kinds.CaseKind, received: datetime, rng: Random) -> Review:
    if kind.category in _NO_REVIEW or kind.key.endswith("RETRIAL"):
        latest = last_day(kind.filing_period, received.date())
        return Review(number, kind.key, received, "accept", _later(received, 0, 2, rng, latest=latest))
    requested = answer_by = answered = None
    last = received
    if rng.random() < parameters.CORRECTION:
        requested = last = _later(received, 0, 2, rng)
        answer_by = working(requested.date() + timedelta(days=15))
        if rng.random() < parameters.CORRECTION_UNANSWERED:
            gone = _later(moment(answer_by, rng), 1, 4, rng)
            return Review(number, kind.key, received, "withdraw", gone, requested, answer_by)
        answered = last = _later(requested, 2, 8, rng)
    draw, end = rng.random(), "accept"
    if draw < parameters.REFUSED and kind.category in {
        Category.CIVIL,
        Category.ADMINISTRATIVE,
        Category.ENFORCEMENT,
    }:
        end = "refuse"
    elif draw < parameters.REFUSED + parameters.WITHDRAWN_BEFORE_DOCKETING:
        end = "withdraw"
    latest = last_day(kind.filing_period, last.date())
    return Review(
        number,
        kind.key,
        received,
        end,
        _later(last, 0, 4, rng, latest=latest),
        requested,
        answer_by,
        answered,
    )


def _later(since: datetime, low: int, high: int, rng: Random, *, latest: date | None = None) -> datetime:
    day = working_days_after(since.date(), low + int(rng.random() * (high - low + 1)))
    if latest is not None:
        day = min(day, latest)
    at = moment(day, rng)
    return at if at > since else since + timedelta(minutes=4 + int(rng.random() * 30))


def review_of_appeal(appeal: Appeal, number: int, rng: Random) -> Review:
    """Return the review of an appeal in the upper court: no correction, docketed within days."""
    received = appeal.received_at
    ended = _later(received, 1, 4, rng, latest=last_day(appeal.kind.filing_period, received.date()))
    return Review(number, appeal.kind.key, received, "accept", ended, appeal=appeal)


class Parties:
    """Gives out the parties of one court; banks, agencies and the procuratorate come back in many cases."""

    def __init__(self, court: CourtPlan, *, first_serial: int) -> None:
        self.court = court
        self.next_serial = first_serial
        place = court.place
        self.procuratorate = self._standing(
            PartyKind.PROCURATORATE,
            court.name.replace("中级人民法院", "人民检察院").replace("人民法院", "人民检察院"),
        )
        self.banks = [self._standing(PartyKind.ORGANISATION, f"{name}{place}支行") for name in _BANKS]
        self.agencies = [self._standing(PartyKind.AGENCY, f"{place}{name}") for name in _AGENCIES]
        self.own_court = self._standing(PartyKind.AGENCY, court.name)
        self.companies: list[PartyFact] = []

    @property
    def standing(self) -> Sequence[PartyFact]:
        """The parties that are on file from the start."""
        return [self.procuratorate, *self.banks, *self.agencies, self.own_court]

    def _serial(self) -> int:
        self.next_serial += 1
        return self.next_serial - 1

    def _standing(self, kind: PartyKind, name: str) -> PartyFact:
        return PartyFact(self._serial(), kind, name, known=True)

    def person(self, rng: Random, relations: Sequence[str] = ()) -> PartyFact:
        """Return a new person; rarely one of those somebody of the court must not judge."""
        male = rng.random() < 0.6
        if relations and rng.random() < 0.002:
            return PartyFact(self._serial(), PartyKind.PERSON, rng.choice(relations), male)
        return PartyFact(self._serial(), PartyKind.PERSON, names.person(rng, male=male), male)

    def company(self, rng: Random) -> PartyFact:
        """Return a new company."""
        return PartyFact(self._serial(), PartyKind.ORGANISATION, names.company(rng, self.court.place))

    def of_side(self, letter: str, rng: Random, relations: Sequence[str]) -> PartyFact:
        """Return a party for a letter of `CauseShare.sides`."""
        if letter == "C":
            return self.company(rng)
        if letter == "B":
            return rng.choice(self.banks)
        if letter == "A":
            return rng.choice(self.agencies)
        return self.person(rng, relations)


def _causes_of(kind: kinds.CaseKind, court: CourtPlan) -> tuple[parameters.CauseShare, ...]:
    if kind.key == "CIVIL_SPECIAL":
        return parameters.SPECIAL_CAUSES if court.is_basic else parameters.SPECIAL_CAUSES_UPPER
    if kind.key == "PAYMENT_ORDER":
        return parameters.PAYMENT_CAUSES
    if kind.key == "CRIMINAL_FIRST_PRIVATE":
        return parameters.PRIVATE_CHARGES
    if kind.cause_kind == "CRIMINAL":
        return parameters.CHARGES if court.is_basic else parameters.CHARGES_UPPER
    if kind.cause_kind == "ADMINISTRATIVE":
        return parameters.ADMINISTRATIVE_CAUSES
    if kind.key == "CIVIL_FIRST" and not court.is_basic:
        return parameters.CIVIL_CAUSES_UPPER
    return parameters.CIVIL_CAUSES


def _procedure(kind: kinds.CaseKind, court: CourtPlan, small: bool, rng: Random) -> str:
    known = {procedure.key for procedure in kind.procedures}
    shares = {
        "CIVIL_FIRST": parameters.CIVIL_PROCEDURES,
        "CRIMINAL_FIRST_PUBLIC": parameters.CRIMINAL_PROCEDURES,
        "ADMINISTRATIVE_FIRST": parameters.ADMINISTRATIVE_PROCEDURES,
    }.get(kind.key)
    if shares is None:
        if "RETRIAL_SECOND" in known:
            return "RETRIAL_SECOND"
        return kind.procedures[0].key
    if not court.is_basic:
        return "ORDINARY"
    chosen = pick(rng, shares)
    if chosen == "SMALL" and not small:
        chosen = "SIMPLIFIED"
    return chosen if chosen in known else kind.procedures[0].key


def history_of(
    review: Review, court: CourtPlan, staff: Staff, parties: Parties, rng: Random, *, until: datetime
) -> History:
    """Return the history of an application up to the end of its review, or to the last moment."""
    kind = kinds.get(review.kind_key)
    if review.appeal is not None:
        history = _appealed(review.appeal, court)
    else:
        history = _brought(kind, court, staff, parties, review, rng)
    _tell_review(history, review, staff, rng, until)
    return history


def _brought(
    kind: kinds.CaseKind, court: CourtPlan, staff: Staff, parties: Parties, review: Review, rng: Random
) -> History:
    cause_key = cause_name = ""
    sides, amount = "PP", None
    if kind.cause_kind:
        shares = _causes_of(kind, court)
        cause = rng.choices(shares, weights=[share.weight for share in shares])[0]
        cause_key, cause_name, sides = cause.key, causes.get(cause.key).name, cause.sides
        amount = amount_of(rng, cause.amount, cause.spread)
    if kind.category is Category.COMPENSATION:
        amount = amount_of(rng, *parameters.COMPENSATION_AMOUNT)
    elif kind.needs_amount and amount is None and cause_name != "离婚纠纷":
        amount = amount_of(rng, 45_000, 1.0)
    relations = [relation.name for relation in staff.relations]
    named = _parties(kind, sides, parties, relations, rng)
    small = amount is not None and amount <= 50_000 and cause_key != "C01.01.001"
    channel = (
        str(Channel.PROCURATORATE) if kind.key == "CRIMINAL_FIRST_PUBLIC" else pick(rng, parameters.CHANNELS)
    )
    if kind.key.endswith("RETRIAL"):
        channel = str(Channel.TRANSFER)
    received_on = review.received_at.date()
    return History(
        kind=kind,
        procedure=_procedure(kind, court, small, rng),
        court_code=court.code,
        channel=channel,
        received_on=received_on,
        review_by=last_day(kind.filing_period, received_on),
        cause_key=cause_key,
        cause_name=cause_name,
        amount=amount,
        claims=wording.claims(kind, cause_name, amount),
        statement=wording.statement(kind, cause_name, rng),
        parties=named,
        restricted=kind.category in {Category.CRIMINAL, Category.CIVIL}
        and rng.random() < parameters.RESTRICTED,
        detained=kind.key == "CRIMINAL_FIRST_PUBLIC" and rng.random() < parameters.DETAINED,
    )


def _parties(
    kind: kinds.CaseKind, sides: str, parties: Parties, relations: Sequence[str], rng: Random
) -> tuple[Named, ...]:
    first, second = kind.first_roles[0], kind.second_roles[0] if kind.second_roles else None
    key = kind.key
    if key == "CRIMINAL_FIRST_PUBLIC":
        accused = [
            Named(parties.person(rng, relations), R.ACCUSED, n + 1)
            for n in range(2 if rng.random() < 0.14 else 1)
        ]
        return (Named(parties.procuratorate, R.PROSECUTOR, 1), *accused)
    if key == "CRIMINAL_RETRIAL":
        return (
            Named(parties.person(rng, relations), R.RETRIAL_APPLICANT, 1, "原审被告人"),
            Named(parties.procuratorate, R.PROSECUTOR, 1),
        )
    if kind.category is Category.COMPENSATION:
        organ = parties.own_court if key == "COMPENSATION_SELF" else parties.agencies[0]
        return (Named(parties.person(rng, relations), first, 1), Named(organ, R.COMPENSATION_ORGAN, 1))
    left, right = sides[0], sides[-1]
    original = ("原审被告", "原审原告") if "RETRIAL" in key else ("", "")
    found = [Named(parties.of_side(left, rng, relations), first, 1, original[0])]
    if second is not None:
        found.append(Named(parties.of_side(right, rng, relations), second, 1, original[1]))
        if (
            right == "P"
            and key in {"CIVIL_FIRST", "ENFORCEMENT"}
            and rng.random() < parameters.SECOND_DEFENDANT
        ):
            found.append(Named(parties.person(rng, relations), second, 2))
    if key == "CIVIL_FIRST" and rng.random() < parameters.THIRD_PARTY:
        found.append(Named(parties.of_side(rng.choice("PC"), rng, relations), R.THIRD_PARTY, 1))
    return tuple(found)


def _appealed(appeal: Appeal, court: CourtPlan) -> History:
    received_on = appeal.received_at.date()
    return History(
        kind=appeal.kind,
        procedure=appeal.procedure,
        court_code=court.code,
        channel=str(Channel.TRANSFER),
        received_on=received_on,
        review_by=last_day(appeal.kind.filing_period, received_on),
        cause_key=appeal.cause_key,
        cause_name=appeal.cause_name,
        amount=appeal.amount,
        claims=appeal.claims,
        statement="",
        parties=appeal.parties,
        restricted=appeal.restricted,
        detained=appeal.detained,
        prior=appeal,
    )


def appealed_history(appeal: Appeal, court: CourtPlan) -> History:
    """Return the history of an appeal that has arrived in a court and waits there."""
    history = _appealed(appeal, court)
    history.facts.append(Fact("send-up", appeal.received_at, appeal.clerk, {}))
    return history


def _tell_review(history: History, review: Review, staff: Staff, rng: Random, until: datetime) -> None:
    clerks = staff.holders(Role.FILING_CLERK, history.received_on)
    clerk = clerks[int(rng.random() * len(clerks))]
    if review.appeal is not None:
        history.facts.append(Fact("send-up", review.received_at, review.appeal.clerk, {}))
    else:
        history.facts.append(Fact("receive", review.received_at, clerk, {}))
    if review.requested_at is not None:
        if review.requested_at > until:
            return
        items = rng.sample(wording.CORRECTION_ITEMS, 1 + int(rng.random() * 3))
        history.facts.append(
            Fact("correct", review.requested_at, clerk, {"items": items, "answer_by": review.answer_by})
        )
    if review.answered_at is not None:
        if review.answered_at > until:
            return
        day = review.answered_at.date()
        data = {
            "answer": rng.choice(wording.ANSWERS),
            "answered_on": day,
            "review_by": last_day(history.kind.filing_period, day),
        }
        history.facts.append(Fact("corrected", review.answered_at, clerk, data))
    if review.end_at > until:
        return
    if review.end == "refuse":
        reason, basis = wording.refusal(history.kind.category, rng)
        history.facts.append(Fact("refuse", review.end_at, clerk, {"reason": reason, "basis": basis}))
    elif review.end == "withdraw":
        unanswered = review.requested_at is not None and review.answered_at is None
        reason = wording.NO_ANSWER if unanswered else rng.choice(wording.WITHDRAWN)
        history.facts.append(Fact("withdraw", review.end_at, clerk, {"reason": reason}))
    else:
        history.facts.append(Fact("accept", review.end_at, clerk, {}))
