"""Requests for approval on the way: stops of the clock, changes of procedure, more time.  Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from xiezhi.cases.contracts import ClockKind, RequestKind, Stage
from xiezhi.cases.rules import approvals, clock, kinds
from xiezhi.demo import parameters, wording
from xiezhi.demo.bench import working
from xiezhi.demo.people import Post
from xiezhi.demo.telling import DAY, Over, Teller
from xiezhi.identity.contracts import Role


@lru_cache(maxsize=512)
def _stop_reasons(kind_key: str, request_kind: RequestKind, procedure: str) -> tuple[str, ...]:
    return clock.stop_reasons(kinds.get(kind_key), request_kind, procedure)


@lru_cache(maxsize=512)
def _next_extension(kind_key: str, procedure: str, taken: tuple[int, ...]) -> clock.NextExtension | None:
    return clock.next_extension(kinds.get(kind_key), procedure, taken=taken)


def _cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


class Asker(Teller):
    """Makes requests and has them decided by the post the law or the court names."""

    def _ask(
        self,
        kind: RequestKind,
        payload: dict[str, Any],
        summary: str,
        basis: str,
        decide_by: date | None,
        reason: str,
        approver: approvals.Approver,
    ) -> tuple[int, Post | None]:
        """Make a request; returns its number and who decides it."""
        number, self.requests = self.requests, self.requests + 1
        at = self.at(self.now.date())
        head = approver.role == approvals.DIVISION_HEAD
        division = self.division_id if head else None
        self.add(
            "request",
            at,
            self.judge,
            number=number,
            kind=kind,
            payload=payload,
            summary=summary,
            basis=basis,
            decide_by=decide_by,
            reason=reason,
            approver_role=approver.role,
            division_id=division,
        )
        role = Role.DIVISION_HEAD if head else Role.PRESIDENT
        holders = self.bench.staff.holders(role, at.date(), division)
        return number, next((post for post in holders if post.person.id != self.judge.person.id), None)

    def _answered_at(self, most: int) -> datetime:
        """Return when a request made now is decided: within `most` working days, of late after more."""
        if self.until - self.now < timedelta(days=parameters.LATE_REQUEST_DAYS):
            most += parameters.LATE_REQUEST_WAITS
        return self.after(0, most)

    def _answer(self, number: int, by: Post | None, at: datetime, *, approve: bool, **data: Any) -> None:
        if by is None:
            raise Over  # nobody holds the post: the request waits
        if not by.holds(at.date()):
            division = self.division_id if by.role is Role.DIVISION_HEAD else None
            holders = self.bench.staff.holders(by.role, at.date(), division)
            if not holders:
                raise Over
            by = holders[0]
        opinion = self.rng.choice(wording.APPROVED) if approve else self.rng.choice(wording.REFUSED_OPINIONS)
        self.add("answer", at, by, number=number, approve=approve, opinion=opinion, **data)

    def _stop(self, target: date) -> date:
        """Perhaps stop the clock for a while; returns the new day aimed at."""
        rng, kind = self.rng, self.kind
        draw = rng.random()
        if draw < parameters.EXCLUSION:
            request_kind, low, high = RequestKind.EXCLUSION, 20, 80
        elif draw < parameters.EXCLUSION + parameters.SUSPENSION:
            request_kind, low, high = RequestKind.SUSPENSION, 60, 220
        else:
            return target
        reasons = _stop_reasons(kind.key, request_kind, self.procedure)
        if not reasons:
            return target
        if self.procedure in {"SIMPLIFIED", "SMALL"}:  # nobody is served by announcement there
            reasons = tuple(reason for reason in reasons if reason != "公告期间")
        preferred = [r for r in reasons if r in wording.USUAL_STOPS] or list(reasons)
        reason = preferred[int(rng.random() * len(preferred))]
        span = max((target - self.now.date()).days, 4)
        start = self.at(self.now.date() + timedelta(days=int(span * (0.1 + rng.random() * 0.4))))
        due = self.limit().due_on
        if due is None or start.date() >= due - timedelta(days=6):
            return target
        if start > self.until:
            raise Over
        self.now = start
        since = working(start.date())
        summary = f"{request_kind.label}（{reason}，自{_cn(since)}起）"
        number, by = self._ask(
            request_kind,
            {"reason": reason, "since": since.isoformat(), "until": None},
            summary,
            approvals.BASIS[request_kind],
            None,
            wording.stop_reason(reason),
            approvals.Approver(approvals.DEFAULT_APPROVERS[request_kind]),
        )
        answered = self._answered_at(3)
        if rng.random() < parameters.REQUEST_REFUSED:
            self._answer(number, by, answered, approve=False)
            return target
        change = clock.Change(
            kind=ClockKind(request_kind.value),
            reason=reason,
            since=since,
            until=None,
            basis=approvals.BASIS[request_kind],
        )
        if not self.counts(change):
            raise Over
        before = self.limit().due_on
        self.changes.append(change)
        self._answer(
            number,
            by,
            answered,
            approve=True,
            change=change,
            due_before=before,
            due_after=self.limit().due_on,
        )
        if rng.random() > parameters.STOP_RESUMED:
            raise Over  # it stands still to this day
        days = low + int(rng.random() * (high - low))
        resumed = self.at(since + timedelta(days=days))
        if resumed > self.until:
            raise Over
        ended = clock.Change(
            kind=change.kind, reason=reason, since=since, until=resumed.date(), basis=change.basis
        )
        self.changes[-1] = ended
        self.add(
            "resume",
            resumed,
            self.judge,
            number=number,
            reason=reason,
            until=resumed.date(),
            due_after=self.limit().due_on,
        )
        return max(target + timedelta(days=(resumed.date() - since).days), resumed.date() + 2 * DAY)

    def _convert(self, target: date, outcome: kinds.Outcome) -> date:
        """Perhaps turn a simplified case that takes long into an ordinary one."""
        rng, kind = self.rng, self.kind
        procedure = kind.procedure(self.procedure)
        limit = self.limit()
        if not procedure.converts_to or limit.due_on is None or self.stage is not Stage.PREPARING:
            return target
        late = self.docketed_on + timedelta(
            days=round((limit.due_on - self.docketed_on).days * parameters.CONVERSION_AFTER)
        )
        if target < late or rng.random() > parameters.CONVERSION:
            return target
        wanted = (
            procedure.converts_to[0]
            if procedure.key != "SMALL" or rng.random() < 0.3
            else procedure.converts_to[-1]
        )
        asked = self.at(
            limit.due_on - timedelta(days=min(12, max((limit.due_on - self.docketed_on).days // 3, 5)))
        )
        if asked.date() > limit.due_on - timedelta(days=5):
            return target
        if asked > self.until:
            raise Over
        self.now = asked
        aim = kind.procedure(wanted)
        number, by = self._ask(
            RequestKind.CONVERSION,
            {"procedure": wanted},
            f"{procedure.name}转为{aim.name}",
            approvals.BASIS[RequestKind.CONVERSION],
            limit.due_on,
            wording.CONVERSION_REASON,
            approvals.Approver(approvals.DEFAULT_APPROVERS[RequestKind.CONVERSION]),
        )
        answered = self._answered_at(1)
        if answered.date() > limit.due_on:
            raise Over
        change = clock.Change(
            kind=ClockKind.CONVERSION,
            reason=wording.CONVERSION_REASON[:80],
            since=answered.date(),
            until=answered.date(),
            procedure_to=wanted,
            basis=approvals.BASIS[RequestKind.CONVERSION],
        )
        if not self.counts(change) or rng.random() < parameters.REQUEST_REFUSED:
            self._answer(number, by, answered, approve=False)
            return target
        self.changes.append(change)
        due_after = self.limit().due_on
        self._answer(
            number,
            by,
            answered,
            approve=True,
            change=change,
            due_before=limit.due_on,
            due_after=due_after,
            before=self.procedure,
        )
        self.procedure = wanted
        if aim.panel_size > 1:
            self.team = self.form_team()
            self.add("team", self.after(0, 1), self.judge, team=self.team)
        return target + timedelta(days=round(rng.random() * 30))

    def _extend(self, target: date) -> date:
        """Ask for more time where the day aimed at lies past the limit; some forget to and become overdue."""
        rng, kind = self.rng, self.kind
        limit = self.limit()
        if limit.due_on is None or limit.warn_on is None or target <= limit.due_on:
            return target
        if rng.random() > parameters.EXTENSION:
            return target
        option = _next_extension(kind.key, self.procedure, limit.extension_steps)
        if option is None or option.is_total or option.months_between is not None:
            return max(min(target, limit.due_on - DAY), self.now.date() + DAY)
        approver = approvals.extension_approver(option.approver)
        if approver is None or approver.level != "SAME":
            return max(min(target, limit.due_on - DAY), self.now.date() + DAY)
        apply_by = option.apply_by(limit.warn_on) or limit.warn_on - timedelta(days=10)
        asked = self.at(apply_by - timedelta(days=1 + int(rng.random() * 4)))
        if asked.date() > limit.due_on - timedelta(days=4):
            return target
        if asked > self.until:
            raise Over
        self.now = asked
        if option.length is None:
            months, days = 3, 0  # what `cases.extension_months` says where no court has changed it
        else:
            most = option.length.months
            months, days = (min(most, 3), 0) if most else (0, option.length.days)
        text = f"{months}个月" if months else f"{days}日"
        basis = option.source[:200]
        late = (
            ""
            if option.apply_by(limit.warn_on) is None or asked.date() <= apply_by
            else f"（已过申请期限{_cn(apply_by)}）"
        )
        reason = rng.choice(wording.EXTENSION_REASONS)
        number, by = self._ask(
            RequestKind.EXTENSION,
            {"step": option.step, "months": months or None, "days": days or None, "length": text},
            f"延长审限{text}{late}",
            basis,
            option.decide_by(limit.warn_on),
            reason,
            approver,
        )
        answered = self._answered_at(3)
        change = clock.Change(
            kind=ClockKind.EXTENSION,
            reason=reason[:80],
            since=answered.date(),
            until=answered.date(),
            step=option.step,
            add_months=months or None,
            add_days=days or None,
            basis=basis,
        )
        if (
            answered.date() > limit.due_on
            or not self.counts(change)
            or rng.random() < parameters.REQUEST_REFUSED
        ):
            self._answer(number, by, answered, approve=False)
            return target
        self.changes.append(change)
        due_after = self.limit().due_on
        self._answer(
            number, by, answered, approve=True, change=change, due_before=limit.due_on, due_after=due_after
        )
        if due_after is not None and target > due_after and rng.random() < 0.85:
            target = max(due_after - timedelta(days=2 + int(rng.random() * 12)), self.now.date() + DAY)
        return target
