"""Published judgments become closed cases with their history, marked as imported.

The history is what the document tells: docketing, panel, prior case, decision, closing, each an entry of its
own day written by the importer.  Judges are linked where the court's register knows them by that name on that
day; else their names stand in the entry of the panel alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from xiezhi.cases.contracts import CaseSource
from xiezhi.cases.models import Case
from xiezhi.cases.rules.judgments import mapping
from xiezhi.cases.services.imported_cases import Draft, write_drafts
from xiezhi.identity.models import Court
from xiezhi.identity.services.courts import courts_note_outside, courts_note_uncoded
from xiezhi.law import courts as reference
from xiezhi.law.case_numbers import CaseNumber, LegacyCaseNumber, NotACaseNumber

BATCH = 200
_MOST_PARTIES = 500
_FULL_NAME = re.compile(r"[\u4e00-\u9fff]{2,50}法院")


class CannotImport(ValueError):
    """The judgment cannot become a case; the message says why."""


@dataclass(slots=True)
class ImportReport:
    """What an import did. `refused` holds (place, reason) in the order of the files."""

    read: int = 0
    imported: int = 0
    known: int = 0
    other_courts: int = 0
    linked: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    by_court: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "read": self.read,
            "imported": self.imported,
            "already_imported": self.known,
            "other_courts": self.other_courts,
            "linked": self.linked,
            "refused": [{"place": place, "reason": reason} for place, reason in self.refused],
            "by_court": dict(self.by_court.most_common()),
        }

    def describe(self) -> str:
        """Return the report in words, the reasons of refusal counted, with the first places of each."""
        lines = [
            f"读取 {self.read} 份裁判文书：导入 {self.imported} 件，此前已导入 {self.known} 件，"
            f"其他法院 {self.other_courts} 件，未能导入 {len(self.refused)} 件；"
            f"关联前审案件 {self.linked} 件。"
        ]
        reasons: dict[str, list[str]] = {}
        for place, reason in self.refused:
            reasons.setdefault(reason, []).append(place)
        for reason, places in sorted(reasons.items(), key=lambda item: -len(item[1])):
            shown = "、".join(places[:3]) + ("等" if len(places) > 3 else "")
            lines.append(f"  {len(places)} 件：{reason}（{shown}）")
        return "\n".join(lines)


def import_judgments(
    facts: Iterable[tuple[str, Mapping[str, Any]]], *, only_court: str = "", at: datetime
) -> ImportReport:
    """Write judgments, given as (place, facts as JSON), as closed cases; safe to repeat.

    A judgment is known by its `docid` and by its case number in its court: one that is there is left alone.
    `only_court`: the code of the one court whose judgments are wanted. Courts are found by name; one outside
    the list is entered with the code of the case number, or by its name where an old number has none. What
    cannot be imported is in the report.
    """
    report = ImportReport()
    stream = iter(facts)
    while batch := list(islice(stream, BATCH)):
        report.read += len(batch)
        _import_batch(batch, only_court, at, report)
    return report


def _import_batch(
    batch: Sequence[tuple[str, Mapping[str, Any]]], only_court: str, at: datetime, report: ImportReport
) -> None:
    try:
        with transaction.atomic():
            result = _write_batch(batch, only_court, at)
    except (DataError, IntegrityError):
        # One bad record spoils the statement for all: find it by writing one at a time.
        if len(batch) == 1:
            report.refused.append((batch[0][0], "数据库不接受这份文书的内容。"))
            return
        for one in batch:
            _import_batch([one], only_court, at, report)
        return
    report.imported += result.imported
    report.known += result.known
    report.other_courts += result.other_courts
    report.linked += result.linked
    report.refused.extend(result.refused)
    report.by_court.update(result.by_court)


def _write_batch(
    batch: Sequence[tuple[str, Mapping[str, Any]]], only_court: str, at: datetime
) -> ImportReport:
    report = ImportReport()
    drafts = list(_drafts(batch, only_court, at, report))
    drafts = _unknown(drafts, report)
    if drafts:
        report.linked = write_drafts(drafts, at=at)
        report.imported = len(drafts)
        report.by_court.update(draft.court.name for draft in drafts)
    return report


def _drafts(
    batch: Sequence[tuple[str, Mapping[str, Any]]], only_court: str, at: datetime, report: ImportReport
) -> Iterator[Draft]:
    numbers: list[tuple[str, Mapping[str, Any], CaseNumber | LegacyCaseNumber]] = []
    for place, facts in batch:
        try:
            numbers.append((place, facts, mapping.number_of(facts)))
        except NotACaseNumber as reason:
            report.refused.append((place, f"案号无法识别：{reason}"))
    courts = _courts([(facts, number) for _place, facts, number in numbers], at)
    today = timezone.localtime(at).date()
    for place, facts, number in numbers:
        try:
            court = courts.get(_court_key(facts, number))
            if court is None:
                raise CannotImport("不能确定是哪个法院：旧式案号没有法院代字，文书也没有写明法院全称。")
            if only_court and court.code != only_court:
                report.other_courts += 1
                continue
            yield _draft(place, facts, number, court, today)
        except (CannotImport, mapping.NoSuchKind) as reason:
            report.refused.append((place, str(reason)))


def _draft(
    place: str, facts: Mapping[str, Any], number: CaseNumber | LegacyCaseNumber, court: Court, today: date
) -> Draft:
    if isinstance(number, CaseNumber) and court.code != number.court_code and _knows_better(number, court):
        raise CannotImport("案号中的法院代字与文书所写的法院不一致。")
    if not facts.get("decided_on"):
        raise CannotImport("没有找到裁判日期。")
    decided_on = date.fromisoformat(facts["decided_on"])
    if decided_on > today:
        raise CannotImport("裁判日期晚于今天。")
    filed_on = date.fromisoformat(facts["filed_on"]) if facts.get("filed_on") else decided_on
    if not facts.get("participants"):
        raise CannotImport("没有找到当事人。")
    if len(facts["participants"]) > _MOST_PARTIES:
        raise CannotImport(f"当事人超过 {_MOST_PARTIES} 名。")
    docid = str(facts.get("docid") or "").strip()
    return Draft(
        place=place,
        facts=facts,
        number=number,
        kind=mapping.kind_of(facts, number),
        court=court,
        reference=(docid or f"{court.code}:{number.format()}")[:80],
        docketed_on=min(filed_on, decided_on),
        decided_on=decided_on,
    )


def _knows_better(number: CaseNumber, court: Court) -> bool:
    """Whether the code is another known court's; a court that took over another keeps the other's numbers."""
    other = reference.find(number.court_code)
    return other is not None and reference.successor_of(other.code).code != court.code


def _court_name(facts: Mapping[str, Any]) -> str:
    """The full name of the court as the document gives it, not one that was inferred or masked."""
    name = str(facts.get("court") or "")
    return (
        ""
        if "court" in (facts.get("problems") or ()) or not _FULL_NAME.fullmatch(name) or "某" in name
        else name
    )


def _court_key(facts: Mapping[str, Any], number: CaseNumber | LegacyCaseNumber) -> str:
    named = reference.court_by_name(str(facts.get("court") or ""))
    if named is not None:
        return named.code
    return number.court_code if isinstance(number, CaseNumber) else _court_name(facts)


def _courts(
    rows: Sequence[tuple[Mapping[str, Any], CaseNumber | LegacyCaseNumber]], at: datetime
) -> dict[str, Court]:
    """The courts of a batch by key; those outside the list are entered under the code of the number.

    The key is the code, or the name where neither list nor number gives one.
    """
    names: dict[str, str] = {}
    uncoded: list[str] = []
    for facts, number in rows:
        code = _court_key(facts, number)
        name = str(facts.get("court") or "")
        if code and code == _court_name(facts):
            uncoded.append(code)
        elif code and code != reference.SUPREME and name:
            known = reference.find(code)
            names.setdefault(code, known.name if known else name)
    # Those with a code first: an old number of the same court then finds it by its name.
    courts = courts_note_outside(names, at=at)
    return courts | courts_note_uncoded(uncoded, at=at)


def _unknown(drafts: Sequence[Draft], report: ImportReport) -> list[Draft]:
    """Those not on file yet: neither this document nor a case of this number in this court.

    Collections number their documents each from 1: one of the same id and another case number is another
    document, and is kept under both.
    """
    wanted = {name for draft in drafts for name in (draft.reference, _with_number(draft))}
    references: dict[str, str] = dict(
        Case.objects.filter(source_reference__in=wanted).values_list("source_reference", "number")
    )
    on_file = {
        (court_id, number): source
        for court_id, number, source in Case.objects.filter(
            number__in=[draft.number.format() for draft in drafts]
        ).values_list("court_id", "number", "source")
    }
    fresh: list[Draft] = []
    for draft in drafts:
        number = draft.number.format()
        key = (draft.court.pk, number)
        if references.get(draft.reference) == number or _with_number(draft) in references:
            report.known += 1
        elif key in on_file:
            if on_file[key] == CaseSource.IMPORTED:
                report.refused.append((draft.place, "同一案件的另一份文书已经导入。"))
            else:
                report.refused.append((draft.place, "本院已有这个案号的案件，不由导入改动。"))
        else:
            taken = draft.reference in references
            draft = replace(draft, reference=_with_number(draft)) if taken else draft
            fresh.append(draft)
            references[draft.reference] = number
            on_file[key] = CaseSource.IMPORTED
    return fresh


def _with_number(draft: Draft) -> str:
    return f"{draft.reference[:36]} {draft.number.format()}"[:80]
