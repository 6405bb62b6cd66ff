"""What a step will do, said before it is done. Nothing here writes; the services count again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from xiezhi.cases.contracts import Stage
from xiezhi.cases.rules import kinds
from xiezhi.cases.selectors.clock import limit_of
from xiezhi.law import periods

if TYPE_CHECKING:
    from xiezhi.cases.selectors.case_page import CasePage


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that will happen, and the article it follows from. `warn`: look twice."""

    text: str
    basis: str = ""
    warn: bool = False


def _limit_line(page: CasePage, day: date, what: str) -> Line:
    case = page.case
    days = (day - case.docketed_on).days
    if case.due_on is None:
        return Line(
            _("%(what)s %(day)s，用时 %(days)d 天") % {"what": what, "day": day.isoformat(), "days": days}
        )
    late = (day - case.due_on).days
    if late > 0:
        return Line(
            _("%(what)s %(day)s，用时 %(days)d 天，超审限 %(late)d 天")
            % {"what": what, "day": day.isoformat(), "days": days, "late": late},
            warn=True,
        )
    return Line(
        _("%(what)s %(day)s，用时 %(days)d 天，在审限内")
        % {"what": what, "day": day.isoformat(), "days": days}
    )


def decide(page: CasePage, outcome_key: str, decided_on: date | None) -> list[Line]:
    """What a decision of this outcome brings."""
    kind = page.case.kind_rule
    try:
        outcome = kind.outcome(outcome_key)
    except kinds.UnknownKind:
        return []
    lines = [Line(_("案件进入“%s”阶段，文书种类为%s") % (_next_stage(page).label, outcome.document.label))]
    if decided_on is not None and kind.closes_on is Stage.CLOSED:
        lines.append(_limit_line(page, decided_on, _("同时结案，结案日期")))
    elif decided_on is not None and page.case.due_on is not None and decided_on > page.case.due_on:
        lines.append(Line(_("裁判日期已超过审限 %d 天") % (decided_on - page.case.due_on).days, warn=True))
    if outcome.appeal_period:
        rule = periods.get_period(outcome.appeal_period, on=decided_on)
        lines.append(Line(_("可以上诉：%s") % rule.what, rule.source))
    elif kind.closes_on is not Stage.CLOSED:
        lines.append(Line(_("不能上诉，送达后即生效")))
    if outcome.halves_fee and page.case.fee:
        lines.append(Line(_("案件受理费减半收取，多交部分退还"), "诉讼费用交纳办法第十五条、第二十七条"))
    return lines


def _next_stage(page: CasePage) -> Stage:
    return Stage.CLOSED if page.case.kind_rule.closes_on is Stage.CLOSED else Stage.DECIDED


def pronounce(page: CasePage, day: date | None) -> list[Line]:
    """Pronouncing closes the case."""
    if day is None:
        return []
    return [
        _limit_line(page, day, _("本案结案，结案日期")),
        Line(_("书记员收到送达和归档的待办，归档期限 %s") % (day + timedelta(days=90)).isoformat()),
    ]


def serve(page: CasePage, name: str, day: date | None, *, abroad: bool = False) -> list[Line]:
    """Service starts this participant's appeal period."""
    if day is None or page.decision is None:
        return []
    if not page.decision.appeal_period:
        return [Line(_("%s收到后，这份裁判不能上诉") % name)]
    period = "appeal_civil_foreign" if abroad else page.decision.appeal_period
    result = periods.compute_named(period, day, allow_unknown=True)
    return [
        Line(
            _("%(name)s的上诉期至 %(day)s 届满（%(left)s）")
            % {"name": name, "day": result.last_day.isoformat(), "left": _left(result.last_day, page.today)}
        ),
        *(Line(step.text, step.basis) for step in result.why),
    ]


def _left(day: date, today: date) -> str:
    left = (day - today).days
    if left < 0:
        return _("已届满 %d 天") % -left
    return _("还有 %d 天") % left if left else _("今天届满")


def appeal(
    page: CasePage, name: str, until: date | None, posted: date | None, received: date | None
) -> list[Line]:
    """Whether the appeal came in time, and where it goes."""
    if until is None or received is None or (posted is not None and posted > received):
        return []
    found = periods.timeliness(until, posted_on=posted, received_on=received)
    lines = [Line(step.text, step.basis, warn=not found.in_time) for step in found.why]
    if found.in_time:
        lines.append(Line(_("%s的上诉在上诉期内，案件移送上一级法院立案") % name))
    else:
        lines.append(Line(_("%s的上诉已超过上诉期，只作登记，案件不移送") % name, warn=True))
    return lines


def resume(page: CasePage, change_id: int | None, until: date | None) -> list[Line]:
    """The last day once a stop has ended on a day."""
    chosen = next((c for c in page.open_stops if c.pk == change_id), None)
    if chosen is None or until is None or until < chosen.since:
        return []
    kept, chosen.until = chosen.until, until
    try:
        limit = limit_of(page.case, page.clock_changes)
    finally:
        chosen.until = kept
    days = (until - chosen.since).days
    lines = [
        Line(
            _("“%(reason)s”自 %(since)s 起扣除 %(days)d 天")
            % {"reason": chosen.reason, "since": chosen.since.isoformat(), "days": days}
        )
    ]
    if limit.due_on is None:
        lines.append(Line(_("另有事由还没有结束，审限继续停止计算")))
    else:
        late = (page.today - limit.due_on).days
        lines.append(
            Line(
                _("审限至 %(day)s（%(left)s）")
                % {"day": limit.due_on.isoformat(), "left": _left(limit.due_on, page.today)},
                warn=late > 0,
            )
        )
    return lines


def effect(page: CasePage, on: date | None) -> list[Line]:
    """What taking effect means."""
    if on is None:
        return []
    return [Line(_("裁判文书自 %s 起发生法律效力，案件可以归档") % on.isoformat())]


def archive(page: CasePage, waiting: Sequence[str] = ()) -> list[Line]:
    """What archiving means."""
    return [
        Line(_("案件进入“归档”阶段，归档日期 %s") % page.today.isoformat()),
        Line(_("归档后只能查看，不能再办理")),
    ]
