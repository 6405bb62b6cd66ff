"""Loading the demonstration: the group of courts, its people, and two years of cases, into an empty database.

Courts are made one after another in worker processes, each writing with COPY in chunks, so that memory
does not grow
with the number of cases. Journal entries wait in a staging table and go into the journal in order of
time, in one
transaction with the mark that the loading is finished; a loading that was broken off is cleared away by
the next one.
"""

from __future__ import annotations

import copyreg
import heapq
import logging
import multiprocessing
import os
import resource
import time as clock
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from xiezhi.cases.models import Application, Case
from xiezhi.cases.rules import kinds
from xiezhi.cases.rules.judgments.samples import masked_samples
from xiezhi.cases.services.importing import import_judgments
from xiezhi.demo import copying, courts, histories, intake, parameters, people, telling, workers
from xiezhi.demo.bench import Bench, local, working
from xiezhi.demo.copying import SearchWords, Sink
from xiezhi.demo.drafts import Below
from xiezhi.demo.facts import Appeal, Fact
from xiezhi.demo.models import DemoLoad
from xiezhi.demo.setting_up import write_register
from xiezhi.demo.writing import Writer
from xiezhi.foundation import court_settings, journal, sequences
from xiezhi.foundation.contracts import SYSTEM_ACTOR
from xiezhi.foundation.errors import Refused
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.models import Court, Division, Person, User
from xiezhi.identity.services.courts import load_reference_courts

logger = logging.getLogger(__name__)

_CHUNK = 1_000
_FOLLOWING = 10**9  # numbers of applications that follow on a case

# Kinds hold read-only mappings, which cannot be pickled; between processes their keys are enough.
copyreg.pickle(kinds.CaseKind, lambda kind: (kinds.get, (kind.key,)))


class DatabaseInUse(Refused):
    """There are people or cases that are not of a demonstration."""


class OtherDemoLoaded(Refused):
    """Another demonstration is loaded already."""


class DemoBeingLoaded(Refused):
    """Another process is loading at this moment."""


@dataclass(frozen=True, slots=True)
class Task:
    """One court's part, in values a worker process can be handed.

    `bases`, `limits`: the ids set aside for it, by table; the last court has no limits.
    """

    index: int
    court: courts.CourtPlan
    court_id: int
    applications: int
    bases: dict[str, int]
    limits: dict[str, int]
    seed: int
    start: date
    until: datetime


@dataclass(slots=True)
class Result:
    """What a court's part gave."""

    cases: int
    applications: int
    entries: int
    rows: int
    peak_kib: int
    sequences: dict[tuple[str, str, int], int]
    appeals: list[Appeal]


def is_loaded() -> bool:
    """Tell whether a demonstration has been loaded to the end."""
    return DemoLoad.objects.exclude(finished_at=None).exists()


def load(
    *,
    cases: int = 20_000,
    seed: int = 1,
    progress: bool = False,
    now: datetime | None = None,
    processes: int | None = None,
) -> dict[str, Any]:
    """Load the demonstration up to `now` (this moment); returns figures, which `describe` puts into words.

    The same demonstration again does nothing and returns the first report. `processes`: how many work at
    once, 1 for
    none beside this one; all cores by default.

    Raises OtherDemoLoaded, DatabaseInUse, DemoBeingLoaded.
    """
    if cases < 1:
        raise ValueError("A demonstration has at least one case")
    with _only_loader():
        loaded = DemoLoad.objects.exclude(finished_at=None).order_by("pk").first()
        if loaded is not None:
            if (loaded.seed, loaded.cases) != (seed, cases):
                raise OtherDemoLoaded(
                    _(
                        "数据库里已经有演示数据（%(cases)d件，种子%(seed)d）。要载入另一批，请先换一个空数据库。"
                    )
                    % {"cases": loaded.cases, "seed": loaded.seed}
                )
            return {**loaded.report, "already_loaded": True}
        _clear_broken_off()
        if any(model.objects.exists() for model in (User, Person, Division, Case, Application)):
            raise DatabaseInUse(_("数据库里已有账号、人员或者案件，演示数据只能载入空数据库。"))
        return _load(
            cases=cases,
            seed=seed,
            progress=progress,
            now=now or timezone.now(),
            processes=processes or min(os.cpu_count() or 1, 8),
        )


@contextmanager
def _only_loader() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [0xDE30])
        if not cursor.fetchone()[0]:
            raise DemoBeingLoaded(_("另一个进程正在载入演示数据，请稍候。"))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [0xDE30])


def _clear_broken_off() -> None:
    """Take away the rows of a loading that never came to its end; the journal holds nothing of it yet."""
    if not DemoLoad.objects.filter(finished_at=None).exists():
        return
    if Person.objects.filter(is_demo=False).exists():
        raise DatabaseInUse(_("上次载入没有完成，而数据库里已有其他人员；请换一个空数据库。"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"truncate {', '.join(copying.TABLES)} cascade")
        cursor.execute(f"drop table if exists {copying.STAGE}")
        cursor.execute("delete from foundation_sequencecounter where key like 'case:%%'")
        DemoLoad.objects.filter(finished_at=None).delete()


def _load(*, cases: int, seed: int, progress: bool, now: datetime, processes: int) -> dict[str, Any]:
    began = clock.monotonic()
    today = timezone.localtime(now).date()
    until = timezone.localtime(now).replace(microsecond=0)
    start = telling.months_back(today, parameters.MONTHS)
    mark = DemoLoad.objects.create(seed=seed, cases=cases, today=today, started_at=now)
    load_reference_courts(local(working(start - timedelta(days=8)), 9, 0))
    copying.stage_create()
    tasks, upper_task = _tasks(cases=cases, seed=seed, start=start, until=until)
    entries = _write_people(seed=seed, start=start, until=until)
    seconds = {"people": clock.monotonic() - began}

    total = sum(task.applications for task in tasks) + upper_task.applications
    with tqdm(total=total, unit="件", disable=not progress, desc="生成案件", dynamic_ncols=True) as bar:
        results = _run_basic(tasks, processes=processes, bar=bar)
        seconds["basic_courts"] = clock.monotonic() - began - seconds["people"]
        appeals = sorted(
            (appeal for result in results for appeal in result.appeals),
            key=lambda a: (a.received_at, a.number),
        )
        bar.total = total + len(appeals)
        bar.set_description("中院案件")
        results.append(run_court(upper_task, appeals=appeals, tell=bar.update))
    seconds["upper_court"] = clock.monotonic() - began - sum(seconds.values())

    stages = ("写入日志", "整理索引", "封存日志")
    shown = "{desc} {n_fmt}/{total_fmt} [{elapsed}]"
    with tqdm(total=len(stages), disable=not progress, desc=stages[0], bar_format=shown) as bar:
        with transaction.atomic():
            copying.sequences_raise()
            _raise_sequences(results)
            judgments = _import_judgments(start)
            copying.stage_into_journal()
            report: dict[str, Any] = {
                "cases": sum(result.cases for result in results),
                "applications": sum(result.applications for result in results),
                "people": Person.objects.count(),
                "courts": len(tasks) + 1,
                "judgments": judgments,
                "journal_entries": JournalEntry.objects.count(),
                "seed": seed,
                "today": today.isoformat(),
                "rows": sum(result.rows for result in results) + entries,
            }
            mark.finished_at, mark.report = timezone.now(), report
            mark.save(update_fields=["finished_at", "report"])
        bar.update()
        seconds["journal"] = clock.monotonic() - began - sum(seconds.values())
        bar.set_description(stages[1])
        _analyze()  # before sealing, which reads the whole journal in its order
        bar.update()
        seconds["analyze"] = clock.monotonic() - began - sum(seconds.values())
        bar.set_description(stages[2])
        report["sealed"] = journal.seal()
        bar.update()
        seconds["seals"] = clock.monotonic() - began - sum(seconds.values())
    report["seconds"] = round(clock.monotonic() - began, 1)
    report["seconds_by_step"] = {step: round(value, 1) for step, value in seconds.items()}
    report["cases_per_second"] = round(report["cases"] / max(report["seconds"], 0.1))
    peaks = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, *(result.peak_kib for result in results)]
    report["peak_memory_mib"] = round(max(peaks) / 1024)
    mark.report = report
    mark.save(update_fields=["report"])
    return report


def describe(report: dict[str, Any]) -> str:
    """Return the report as a sentence for the terminal."""
    if report.get("already_loaded"):
        return f"演示数据已在库中：{report['courts']}个法院，{report['people']}人，{report['cases']}件案件。"
    return (
        f"已载入演示数据：{report['courts']}个法院，{report['people']}名虚构人员，{report['cases']}件案件"
        f"（另有{report['judgments']}件由脱敏的真实裁判文书导入），"
        f"{report['journal_entries']}条日志（已封存{report['sealed']}条）。"
        f"用时{report['seconds']}秒，每秒{report['cases_per_second']}件，"
        f"内存峰值{report['peak_memory_mib']} MiB。"
    )


def _tasks(*, cases: int, seed: int, start: date, until: datetime) -> tuple[list[Task], Task]:
    """Share the cases out among the courts; every table's ids are set aside court by court."""
    ids = dict(Court.objects.values_list("code", "pk"))
    upper, *basic = courts.group()
    docketed = 1 - parameters.REFUSED - parameters.WITHDRAWN_BEFORE_DOCKETING
    weight = sum(court.weight for court in basic)
    # Highest first, so that the last court to be finished is a small one.
    basic.sort(key=lambda court: (-court.weight, court.code))
    tasks, before, carried = [], 0, 0.0
    for index, court in enumerate(basic):
        exact = cases * parameters.BASIC_SHARE / docketed * court.weight / weight + carried
        count = round(exact)
        carried = exact - count
        bases = copying.ids_before(before, index)
        before += count
        limits = copying.ids_before(before, index + 1)
        tasks.append(Task(index + 1, court, ids[court.code], count, bases, limits, seed, start, until))
    count = max(round(cases * parameters.INTERMEDIATE_SHARE / docketed), 1)
    bases = copying.ids_before(before, len(basic))
    return tasks, Task(len(basic) + 1, upper, ids[upper.code], count, bases, {}, seed, start, until)


@lru_cache(maxsize=1)
def _register(seed: int, start: date, today: date) -> people.Register:
    """Everybody, the same in every process, made once in each."""
    return people.plan(seed=seed, start=start, today=today, bases={})


@lru_cache(maxsize=1)
def _search_words() -> SearchWords:
    return SearchWords()


def _write_people(*, seed: int, start: date, until: datetime) -> int:
    register = _register(seed, start, until.date())
    ids = dict(Court.objects.values_list("code", "pk"))
    sink = Sink({})
    with transaction.atomic():
        count = write_register(register, sink=sink, court_ids=ids, start=start, until=until)
        sink.flush()
    return count


def _run_basic(tasks: list[Task], *, processes: int, bar: Any) -> list[Result]:
    if processes < 2:
        return [run_court(task, appeals=[], tell=bar.update) for task in tasks]
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    database = connection.settings_dict["NAME"]
    with ProcessPoolExecutor(
        processes, context, initializer=workers.begin, initargs=(counter, database)
    ) as pool:
        running = {pool.submit(workers.run, task) for task in tasks}
        waiting = running
        while waiting:
            done, waiting = wait(waiting, timeout=0.3, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            bar.update(counter.value - bar.n)
        return [future.result() for future in running]


def run_court(task: Task, *, appeals: Iterable[Appeal], tell: Callable[[int], Any]) -> Result:
    """Make and write the histories of one court; for the intermediate court those of the appeals too."""
    court = task.court
    staff = _register(task.seed, task.start, task.until.date()).of_court(court.code)
    bench = Bench(staff)
    sink = Sink(task.bases)
    writer = Writer(
        sink=sink,
        words=_search_words(),
        court_id=task.court_id,
        court_code=court.code,
        place=court.place,
        place_base=task.index << 40,
        until=task.until,
    )
    writer.fee_settings = court_settings.get("cases.fees", court.code, on=task.until.date()) or None
    parties = intake.Parties(court, first_serial=task.bases["parties_party"] + 1)
    reviews = intake.plan(court, count=task.applications, seed=task.seed, start=task.start, until=task.until)
    for number, appeal in enumerate(appeals):
        rng = Random(f"{task.seed}:{appeal.number}:review")  # noqa: S311 - repeatable invention, no secret
        reviews.append(intake.review_of_appeal(appeal, task.applications + number, rng))
    # In the order in which they are docketed; what follows on a case is put in where it belongs.
    queue = [(review.end_at, review.number, review) for review in reviews]
    heapq.heapify(queue)
    sent_up: list[Appeal] = []
    above = _Above(task, sink, writer) if not court.is_basic else None
    with transaction.atomic():
        for fact in parties.standing:
            writer.party(fact, local(working(task.start - timedelta(days=4)), 10, 0), SYSTEM_ACTOR)
        sink.flush()
    while queue:
        done = 0
        with transaction.atomic():
            while queue and done < _CHUNK:
                *_order, review = heapq.heappop(queue)
                done += 1
                rng = Random(f"{task.seed}:{court.code}:{review.number}")  # noqa: S311
                history = intake.history_of(review, court, staff, parties, rng, until=task.until)
                if history.facts[-1].what == "accept":
                    histories.Story(history, bench, rng, until=task.until).tell_and_count()
                writer.write(history)
                if review.appeal is not None and not review.appeal.follows:
                    _go_on_below(review.appeal, writer, bench, rng, task.until, history.facts)
                if history.follows is not None:
                    number = _FOLLOWING + writer.applications
                    following = intake.review_of_appeal(history.follows, number, rng)
                    heapq.heappush(queue, (following.end_at, number, following))
                if history.appeal is not None:
                    if above is None:
                        sent_up.append(history.appeal)
                    else:
                        above.receive(history.appeal)
            sink.flush()
        tell(done)
    for table, highest in task.limits.items():
        if sink.highest(table) > highest:
            raise AssertionError(f"{court.code}: more rows of {table} than ids were set aside")
    return Result(
        cases=writer.cases,
        applications=writer.applications + (above.applications if above else 0),
        entries=writer.entries,
        rows=sink.rows,
        peak_kib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        sequences={(court.code, code, year): last for (code, year), last in writer.sequences.items()},
        appeals=sent_up,
    )


def _go_on_below(
    appeal: Appeal, writer: Writer, bench: Bench, rng: Random, until: datetime, facts: list[Fact]
) -> None:
    """The case below takes effect and is archived once the appeal is decided; till then it stands as
    appealed.
    """
    below: Below = appeal.below
    below.history.appeal = appeal
    effect = next((fact for fact in facts if fact.what == "effect"), None)
    told = len(below.history.facts)
    if effect is not None:
        outcome = next(fact.data["outcome"] for fact in facts if fact.what == "decide")
        below.history.facts.append(effect)
        story = histories.Story(below.history, bench, rng, until=until)
        below.history.facts.pop()
        story.tell_below(effect.data["effective_on"], f"二审结果：{outcome.name}")
    writer.go_on_below(below, below.history.facts[told:])


class _Above:
    """The high court's window: appeals from the intermediate court arrive there and wait; it has no
    people here.
    """

    def __init__(self, task: Task, sink: Sink, lower: Writer) -> None:
        self._code = task.court.upper_code
        self._lower = lower
        self._court = courts.CourtPlan(self._code, "", "", is_basic=False, weight=0.0)
        self._writer = Writer(
            sink=sink,
            words=_search_words(),
            court_id=Court.objects.get(code=self._code).pk,
            court_code=self._code,
            place="",
            place_base=(task.index + 1) << 40,
            until=task.until,
        )

    @property
    def applications(self) -> int:
        """How many arrived."""
        return self._writer.applications

    def receive(self, appeal: Appeal) -> None:
        """Write the application there, and the case below as it stands."""
        self._writer.write(intake.appealed_history(appeal, self._court))
        self._lower.go_on_below(appeal.below, [])


def _import_judgments(start: date) -> int:
    """Take in the real judgments that come masked with the product, as if when the system was set up."""
    at = local(working(start - timedelta(days=8)), 10, 0)
    report = import_judgments(masked_samples(), at=at)
    for place, reason in report.refused:
        logger.warning("%s: %s", place, reason)
    return report.imported


def _raise_sequences(results: list[Result]) -> None:
    """Case numbers of the courts go on after the last one given."""
    for result in results:
        for (code, type_code, year), value in sorted(result.sequences.items()):
            sequences.raise_to(f"case:{code}:{type_code}", year=year, value=value)


def _analyze() -> None:
    """Tell PostgreSQL's planner about the new rows."""
    with connection.cursor() as cursor:
        for table in (*copying.TABLES, "foundation_journalentry"):
            cursor.execute(f"analyze {table}")
