"""`xiezhi law …`: the exact law on the command line, without a database.

Each command answers a person with the articles, or a program with `--json`. `fee` and `period` also read one
JSON object a line with `--jsonl` and write one a line: a bad line is answered with `{"error": …}` on its own
line, the rest goes on, and the exit code is 1 at the end.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, Protocol

# The modules of the law are imported by the command that needs them, so that `xiezhi --help` stays quick.
if TYPE_CHECKING:
    from xiezhi.law import causes, fees, limits, periods
    from xiezhi.law.period_inputs import Answer

Record = dict[str, Any]


class _Step(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def basis(self) -> str: ...


def add_law_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang `law` with its own commands under the command line."""
    law = commands.add_parser(
        "law", help="fees, limits, periods, case numbers, causes: the exact law", description=__doc__
    ).add_subparsers(dest="what", required=True, metavar="WHAT")
    _add_fee(law)
    _add_period(law)
    _add_limit(law)
    number = law.add_parser("number", help="read a case number in any spelling")
    number.add_argument("text", nargs="+", metavar="NUMBER", help="e.g. (2026)冀0606民初1号")
    number.add_argument("--json", action="store_true", help="the answer as JSON")
    number.set_defaults(run=_number)
    cause = law.add_parser("cause", help="search the causes of action and the charges")
    cause.add_argument("text", nargs="+", metavar="TEXT", help="part of a name, or a key")
    cause.add_argument("--kind", choices=("civil", "administrative", "criminal"))
    cause.add_argument("--on", metavar="DAY", help="the list in force on this day; the newest by default")
    cause.add_argument("--limit", type=int, default=20, metavar="N")
    cause.add_argument("--json", action="store_true", help="the answer as JSON")
    cause.set_defaults(run=_cause)
    day = law.add_parser("day", help="say whether courts work on a day")
    day.add_argument("days", nargs="+", metavar="DAY", help="e.g. 2026-10-08")
    day.add_argument("--json", action="store_true", help="the answer as JSON")
    day.set_defaults(run=_day)


def _add_fee(law: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    fee = law.add_parser("fee", help="what a case or an application costs (国务院令第481号)")
    fee.add_argument("kind", nargs="?", metavar="KIND", help="e.g. property, divorce; see --list")
    fee.add_argument("amount", nargs="?", metavar="AMOUNT", help="yuan: 100000, 100,000 or 10万")
    fee.add_argument("--base", metavar="YUAN", help="the province's figure, where the law gives a range")
    fee.add_argument("--simplified", action="store_true", help="simplified or small-claims procedure")
    fee.add_argument("--mediated", action="store_true", help="closed by mediation")
    fee.add_argument("--withdrawn", action="store_true", help="withdrawn on request")
    fee.add_argument("--separate", action="store_true", help="a counterclaim that is not heard together")
    _add_outputs(fee)
    fee.set_defaults(run=_fee, refuse=fee.error)


def _add_period(law: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    period = law.add_parser("period", help="the last day of a period of procedure")
    period.add_argument(
        "period", nargs="?", metavar="PERIOD", help="an id of --list, or a length: 15d, 6m, 2y, 48h, 7w"
    )
    period.add_argument("trigger", nargs="?", metavar="DAY", help="the day it runs from, itself not counted")
    period.add_argument("--rule", choices=("civil", "criminal", "administrative", "detention"))
    period.add_argument("--variant", metavar="NAME", help="another length of the same period, e.g. foreign")
    period.add_argument("--days", metavar="N", help="what the court set, where the law gives a bound")
    period.add_argument("--reason", metavar="TEXT", help="why the court set more than is usual")
    period.add_argument("--of", metavar="PERIOD", help="for supplement_restart: the period that starts again")
    period.add_argument("--posted", metavar="DAY", help="the day of the postmark")
    period.add_argument("--received", metavar="DAY", help="the day the court received it")
    period.add_argument(
        "--provisional",
        action="store_true",
        help="where a year's notice is not loaded, roll over weekends only",
    )
    _add_outputs(period)
    period.set_defaults(run=_period, refuse=period.error)


def _add_limit(law: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    limit = law.add_parser("limit", help="the last day of a trial or enforcement limit")
    limit.add_argument("limit", nargs="?", metavar="LIMIT", help="e.g. civ_1_ordinary; see --list")
    limit.add_argument("docketed", nargs="?", metavar="DAY", help="the day of docketing, itself not counted")
    limit.add_argument(
        "--exclude", action="append", default=[], metavar="REASON:FROM[:TO]", help="days that do not count"
    )
    limit.add_argument(
        "--suspend", action="append", default=[], metavar="FROM[:TO]", help="suspension until resumed"
    )
    limit.add_argument(
        "--extend", action="append", default=[], metavar="STEP[:3m|30d]", help="an extension that was granted"
    )
    limit.add_argument("--convert", action="append", default=[], metavar="LIMIT:DAY", help="a change")
    limit.add_argument("--restart", action="append", default=[], metavar="REASON:DAY", help="e.g. REMAND")
    limit.add_argument("--variant", default="", metavar="NAME", help="e.g. urgent")
    limit.add_argument("--applies", default="", metavar="LIMIT", help="the procedure whose limit applies")
    limit.add_argument("--custody", choices=("yes", "no"), help="whether the accused is in custody")
    limit.add_argument("--list", action="store_true", help="every limit with its id")
    limit.add_argument("--reasons", action="store_true", help="the reasons that may be excluded from LIMIT")
    limit.add_argument("--json", action="store_true", help="the answer as JSON")
    limit.set_defaults(run=_limit, refuse=limit.error)


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="every kind with its id")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.add_argument("--jsonl", action="store_true", help="one JSON object a line in, one a line out")
    parser.add_argument("--why", action="store_true", help="with --jsonl: the steps of the count too")


# Fees


def _fee(args: argparse.Namespace) -> int:
    from xiezhi.law import fees

    if args.jsonl:
        return _each_line(lambda data: _fee_record(fees.from_mapping(_unwrapped(data)), why=args.why))
    if args.list:
        rows = [(k.id, k.name, k.group.label, _standard(k), k.article) for k in fees.kinds()]
        return _table(rows, ("id", "name", "group", "standard", "article"), as_json=args.json)
    if not args.kind:
        args.refuse("say which fee: KIND [AMOUNT], or --list, or --jsonl")
    try:
        fee = fees.compute(
            args.kind,
            args.amount,
            base=args.base,
            simplified=args.simplified,
            mediated=args.mediated,
            withdrawn=args.withdrawn,
            joined=not args.separate,
        )
    except fees.FeeFault as fault:
        return _refused(fault)
    if args.json:
        return _print_json(_fee_record(fee, why=True))
    lines = [
        f"{fee.name}（{fee.group.label}）：{fee.fee:,.2f} 元",
        *_steps(fee.why),
        f"交纳：{fee.prepayment.text}〔{fee.prepayment.basis}〕",
        f"负担：{fee.bearing.text}〔{fee.bearing.basis}〕",
    ]
    print("\n".join(lines))
    return 0


def _standard(kind: fees.FeeKind) -> str:
    if kind.fixed is not None:
        return f"{kind.fixed} 元" if kind.fixed else "不交纳"
    if kind.range is not None:
        low, high = kind.range
        return f"{low}-{high} 元" + ("，另按金额分段" if kind.table is not None else "")
    return "按金额分段"


def _fee_record(fee: fees.Fee, *, why: bool) -> Record:
    record: Record = {
        "fee_yuan": f"{fee.fee:f}",
        "basis": fee.rule,
        "articles": fee.basis,
        "kind": fee.kind,
        "halved": fee.halved,
        "full_yuan": f"{fee.full:f}",
    }
    if why:
        record["prepayment"] = {"text": fee.prepayment.text, "basis": fee.prepayment.basis}
        record["bearing"] = {"text": fee.bearing.text, "basis": fee.bearing.basis}
        record["why"] = [
            {
                "text": step.text,
                "basis": step.basis,
                "yuan": None if step.amount is None else f"{step.amount.quantize(Decimal('0.01')):f}",
            }
            for step in fee.why
        ]
    return record


def _unwrapped(data: Record) -> Record:
    """Return what `input_json` holds where a whole row of the table of examples is sent."""
    inner = data.get("input_json")
    if inner is None or "kind" in data:
        return data
    if isinstance(inner, str):
        inner = _loads(inner)
    if not isinstance(inner, dict):
        raise TypeError("input_json 应为一个 JSON 对象")
    return inner


# Periods


def _period(args: argparse.Namespace) -> int:
    from xiezhi.law import period_inputs, periods

    if args.jsonl:
        return _each_line(
            lambda data: _period_record(
                period_inputs.from_mapping(data, allow_unknown=args.provisional), why=args.why
            )
        )
    if args.list:
        rows = [
            (p.id, p.what, _length(p), p.start, p.source, "、".join(p.variants))
            for p in periods.all_periods()
        ]
        columns = ("id", "what", "length", "start", "source", "variants")
        return _table(rows, columns, as_json=args.json)
    if not args.period or not args.trigger:
        args.refuse("say PERIOD and DAY, or --list, or --jsonl")
    data: Record = {
        "trigger_date": args.trigger,
        "rule": args.rule,
        "variant": args.variant,
        "given_days": args.days,
        "reason": args.reason,
        "of": args.of,
        "posted_on": args.posted,
        "received_on": args.received,
        **_period_asked(args.period),
    }
    try:
        answer = period_inputs.from_mapping(data, allow_unknown=args.provisional)
    except (ValueError, LookupError, TypeError) as fault:
        return _refused(fault)
    if args.json:
        return _print_json(_period_record(answer, why=True))
    result = answer.result
    ends = f"{result.ends_at:%Y-%m-%d %H:%M}" if result.ends_at else result.last_day.isoformat()
    print(f"届满日：{ends}" + ("（暂定）" if result.provisional else ""))
    print("\n".join(_steps(result.why)))
    if answer.timeliness is not None:
        print("\n".join(_steps(answer.timeliness.why, first=len(result.why) + 1)))
    return 0


def _period_asked(text: str) -> Record:
    import re

    units = {"h": "hour", "d": "day", "w": "workday", "m": "month", "y": "year"}
    if found := re.fullmatch(r"(\d+)([hdwmy])", text):
        return {"length": found.group(1), "unit": units[found.group(2)]}
    return {"period": text}


def _length(rule: periods.PeriodRule) -> str:
    units = {
        "hour": "小时",
        "day": "日",
        "workday": "个工作日",
        "month": "个月",
        "year": "年",
        "day_before": "日前",
        "next_day": "日（次日）",
        "day_min": "日以上",
        "day_max": "日以内",
        "day_max_general": "日（一般不超过）",
    }
    return f"{rule.length}{units.get(rule.unit, rule.unit)}" if rule.length else "重新起算"


def _period_record(answer: Answer, *, why: bool) -> Record:
    result = answer.result
    record: Record = {
        "last_day": result.last_day.isoformat(),
        "raw_last_day": result.raw_last_day.isoformat(),
        "rolled": result.rolled,
        "basis": answer.basis,
        "provisional": result.provisional,
        "bound": result.bound.value,
    }
    if result.period_id:
        record["period"] = result.period_id
    if result.ends_at is not None:
        record["ends_at"] = result.ends_at.isoformat(timespec="minutes")
    if answer.timeliness is not None:
        record["in_time"] = answer.timeliness.in_time
    if why:
        record["why"] = [
            {"text": s.text, "basis": s.basis, "date": s.date.isoformat() if s.date else None}
            for s in result.why
        ]
    return record


# Limits


def _limit(args: argparse.Namespace) -> int:
    from xiezhi.law import limits, period_inputs

    try:
        if args.list:
            rows = [
                (r.id, r.category, r.procedure, r.length_text or "—", r.source) for r in limits.all_rules()
            ]
            return _table(rows, ("id", "category", "procedure", "limit", "source"), as_json=args.json)
        if args.reasons and args.limit:
            reasons = limits.exclusion_reasons(args.limit)
            return _table([(r.code, r.name) for r in reasons], ("code", "name"), as_json=args.json)
        if not args.limit or not args.docketed:
            args.refuse("say LIMIT and DAY, or --list")
        result = limits.compute(
            args.limit,
            period_inputs.read_day(args.docketed, "docketed"),
            events=tuple(_events(args)),
            in_custody=None if args.custody is None else args.custody == "yes",
            variant=args.variant,
            applies_rule=args.applies,
        )
    except (ValueError, LookupError, ArithmeticError) as fault:
        return _refused(fault)
    if args.json:
        return _print_json(_limit_record(result))
    heads = {
        limits.LimitStatus.STOPPED: "审限停止计算",
        limits.LimitStatus.NO_LIMIT: "不受审限限制",
        limits.LimitStatus.RULE_NEEDED: "须指明适用哪一程序的审限",
        limits.LimitStatus.DATE_NEEDED: "还缺少一个日期",
    }
    if result.due_on is None:
        print(heads[result.status])
    else:
        due = f"{result.due_at:%Y-%m-%d %H:%M}" if result.due_at else result.due_on.isoformat()
        print(f"{'最早届满' if result.status is limits.LimitStatus.MINIMUM else '届满日'}：{due}")
    print("\n".join(_steps(result.why)))
    for option in limits.extension_options(result.rule_id, result.extension_steps):
        name = f"第 {option.step} 次" if option.step else "依法"
        length = f"{'至' if option.is_total else ''} {option.length}" if option.length else ""
        rest = " ".join(filter(None, (option.approver, option.condition)))
        print(f"还可延长：{name}{length}{'，' if rest else ''}{rest}")
    return 0


def _events(args: argparse.Namespace) -> Iterator[limits.Event]:
    import re

    from xiezhi.law import limits
    from xiezhi.law.period_inputs import InputFault
    from xiezhi.law.period_inputs import read_plain_day as day

    for text in args.exclude:
        reason, _, span = text.partition(":")
        since, _, until = span.partition(":")
        yield limits.Exclusion(reason, day(since, "exclude"), day(until, "exclude") if until else None)
    for text in args.suspend:
        since, _, until = text.partition(":")
        yield limits.Suspension(day(since, "suspend"), day(until, "suspend") if until else None)
    for text in args.extend:
        found = re.fullmatch(r"(\d)(?::(\d+)([md]))?", text)
        if not found:
            raise InputFault(f"“{text}”看不懂，延长应如 1 或者 2:3m", "extend")
        count = int(found.group(2) or 0)
        months, days = (count, 0) if found.group(3) == "m" else (0, count)
        yield limits.Extension(int(found.group(1)), months=months, days=days)
    for text in args.convert:
        rule, _, on = text.partition(":")
        yield limits.Conversion(rule, day(on, "convert"))
    for text in args.restart:
        reason, _, on = text.partition(":")
        yield limits.Restart(reason, day(on, "restart"))


def _limit_record(result: limits.LimitResult) -> Record:
    return {
        "status": result.status.value,
        "due_on": result.due_on.isoformat() if result.due_on else None,
        "warn_on": result.warn_on.isoformat() if result.warn_on else None,
        "due_at": result.due_at.isoformat(timespec="minutes") if result.due_at else None,
        "total_days": result.total_days,
        "excluded_days": result.excluded_days,
        "rolled": result.rolled,
        "calendar_known": result.calendar_known,
        "why": [
            {"text": s.text, "basis": s.basis, "date": s.date.isoformat() if s.date else None}
            for s in result.why
        ],
    }


# Case numbers, causes, days


def _number(args: argparse.Namespace) -> int:
    from xiezhi.law import case_numbers

    code = 0
    for text in args.text:
        try:
            number = case_numbers.parse_any(text)
        except case_numbers.NotACaseNumber as fault:
            code = 1
            if args.json:
                _print_json({"text": text, "error": str(fault)})
            else:
                print(f"{text}：{fault}", file=sys.stderr)
            continue
        record: Record = {"text": text, "number": str(number), "year": number.year, "sequence": number.seq}
        lines = [str(number)]
        if isinstance(number, case_numbers.LegacyCaseNumber):
            record |= {"legacy": True, "court": number.court_text, "type": number.type_text}
            lines.append(f"  2016 年以前的旧式案号：法院 {number.court_text or '—'}，类型 {number.type_text}")
        else:
            court, info = number.court, number.type_info
            record |= {
                "legacy": False,
                "court_code": number.court_code,
                "court": court.name if court else None,
                "type": number.type_code,
                "category": info.major,
                "case_types": list(info.case_types),
            }
            name = court.name if court else "代码表中没有这个法院，只核对了编码规则"
            lines.append(f"  法院 {number.court_code}：{name}")
            if court is not None and not court.is_current:
                lines.append("  该法院已撤并，不再编立新案号")
            lines.append(
                f"  类型 {number.type_code}：{info.major}，{'、'.join(info.case_types)}〔{info.source}〕"
            )
            lines.append(f"  {number.year} 年第 {number.seq} 号")
        if args.json:
            _print_json(record)
        else:
            print("\n".join(lines))
    return code


def _cause(args: argparse.Namespace) -> int:
    from xiezhi.law import causes, period_inputs

    text = " ".join(args.text)
    try:
        on = period_inputs.read_plain_day(args.on, "on") if args.on else None
        found = [causes.get(text, on)] if _is_key(text) else None
    except (ValueError, LookupError) as fault:
        return _refused(fault)
    if found is None:
        found = causes.search(text, args.kind.upper() if args.kind else None, limit=args.limit, on=on)
    if args.json:
        return _print_json([_cause_record(cause) for cause in found])
    if not found:
        print(f"没有名称中带“{text}”的案由。", file=sys.stderr)
        return 1
    for cause in found:
        path = " › ".join(c.name for c in (*causes.ancestors(cause.key, on), cause))
        leaf = "" if causes.is_leaf(cause.key, on) else "（其下还有更细的案由）"
        article = f"〔{cause.article}〕" if cause.article else ""
        print(f"{cause.key}  {path}{article}{leaf}")
    return 0


def _is_key(text: str) -> bool:
    return text.isascii() and text[:1] in {"C", "A", "X"} and text[1:2].isdigit()


def _cause_record(cause: causes.Cause) -> Record:
    from xiezhi.law import causes

    return {
        "key": cause.key,
        "name": cause.name,
        "kind": cause.kind.value,
        "level": cause.level,
        "number": cause.number,
        "ancestors": [c.name for c in causes.ancestors(cause.key)],
        "leaf": causes.is_leaf(cause.key),
        "valid_from": cause.valid_from.isoformat(),
        "article": cause.article,
    }


def _day(args: argparse.Namespace) -> int:
    from xiezhi.law import period_inputs
    from xiezhi.law.calendar import Calendar, CalendarNotLoaded

    calendar, code = Calendar.default(), 0
    for text in args.days:
        try:
            day = period_inputs.read_plain_day(text)
            works, name = calendar.is_working_day(day), calendar.name_of(day)
        except (period_inputs.InputFault, CalendarNotLoaded) as fault:
            code = _refused(fault)
            continue
        if args.json:
            _print_json({"date": day.isoformat(), "working_day": works, "name": name})
        else:
            print(f"{day.isoformat()} {'工作日' if works else '休息日（' + name + '）'}")
    return code


# Input and output


def _each_line(answer: Callable[[Record], Record]) -> int:
    """Answer standard input line by line; see `answer_lines`."""
    code = 0
    for record in answer_lines(sys.stdin.buffer, answer):
        if "error" in record:
            code = 1
        # Unbuffered: a program that writes a line may wait for its answer before it writes the next.
        text = json.dumps(record, ensure_ascii=False)
        # Half a character (\ud800), quoted in a fault, goes out as the escape it came in as.
        sys.stdout.buffer.write(text.encode(errors="backslashreplace") + b"\n")
        sys.stdout.buffer.flush()
    return code


def answer_lines(lines: Iterable[bytes] | BinaryIO, answer: Callable[[Record], Record]) -> Iterator[Record]:
    """Yield one record a line: the answer, or `{"error": …}` where there is none.

    Empty lines between others are bad lines, so that answers stay beside their questions; at the end of the
    input they are nothing.
    """
    empty = 0
    for raw in lines:
        if not raw.strip():
            empty += 1
            continue
        yield from ({"error": "空行"} for _ in range(empty))
        empty = 0
        try:
            data = _loads(raw.decode("utf-8-sig"))
            if not isinstance(data, dict):
                raise TypeError("每行应为一个 JSON 对象")
            yield answer(data)
        except json.JSONDecodeError as fault:
            yield {"error": f"不是 JSON：{fault.msg}（第 {fault.colno} 列）"}
        except UnicodeDecodeError:
            yield {"error": "不是 UTF-8 文字"}
        except RecursionError:
            yield {"error": "JSON 嵌套过深"}
        except (ValueError, LookupError, TypeError, ArithmeticError) as fault:
            yield {"error": str(fault) or type(fault).__name__}


def _loads(text: str) -> Any:
    # Money never passes through a binary float.
    return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} 不是数")


def _print_json(value: object) -> int:
    print(json.dumps(value, ensure_ascii=False))
    return 0


def _refused(fault: Exception) -> int:
    print(str(fault), file=sys.stderr)
    return 1


def _steps(steps: Sequence[_Step], *, first: int = 1) -> list[str]:
    return [
        f"  {number}. {step.text}" + (f"〔{step.basis}〕" if step.basis else "")
        for number, step in enumerate(steps, first)
    ]


def _table(rows: Iterable[Sequence[str]], columns: Sequence[str], *, as_json: bool) -> int:
    records: list[Mapping[str, str]] = [dict(zip(columns, row, strict=True)) for row in rows]
    if as_json:
        return _print_json(records)
    for record in records:
        print("  ".join(value for value in record.values() if value))
    return 0
