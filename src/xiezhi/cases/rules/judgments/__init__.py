"""Reading published court documents: from text to facts.  Pure: no Django, no clock, no database.

The text is hostile: it is cut to a bounded length and every pattern runs in time linear in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xiezhi.cases.rules.judgments import (
    causes,
    citations,
    course,
    head,
    layout,
    outcome,
    parties,
    records,
    structure,
    tail,
)
from xiezhi.cases.rules.judgments.facts import JudgmentFacts, Participant, Sections

__all__ = ["MAX_TEXT", "JudgmentFacts", "read_judgment", "read_text"]

MAX_TEXT = 2_000_000


def read_judgment(record: Mapping[str, Any]) -> JudgmentFacts:
    """Read one record: `qw` (or `text`) is the document, `docid` its id, `writName` and `ajName` titles."""
    try:
        text = records.text_of(record) or ""
    except TypeError:
        text = ""
    return read_text(text, docid=records.id_of(record), titles=records.titles_of(record))


def read_text(raw: str, *, docid: str | None = None, titles: tuple[str, ...] = ()) -> JudgmentFacts:
    """Read one document.  What was not found stays empty and is named in `problems`."""
    text = layout.normalise(raw[:MAX_TEXT])
    pieces = layout.paragraphs(text)
    top = head.read_head(text, pieces, titles)
    kind = head.case_kind(top, text)
    instance = head.instance(top, kind, titles[0] if titles else "")
    civil = kind not in (None, "CRIMINAL")

    body = [
        (max(at, top.end), piece[max(0, top.end - at) :]) for at, piece in pieces if at + len(piece) > top.end
    ]
    lines = parties.split_lines(
        [(at, piece.lstrip("号。，")) for at, piece in body[:1200] if piece.strip("号。，")]
    )
    people, agents, used = parties.read_parties(lines, civil=civil)
    course_at = lines[used][0] if used < len(lines) else top.end
    places = structure.find_layout(text, course_at)
    facts, reasoning, result = structure.sections_of(text, places)
    story = text[course_at : max(places.facts, min(course_at + 1500, places.order))]
    end = tail.read_tail(text, places.signatures)
    names = tuple(party.name for party in people)

    read = JudgmentFacts(
        docid=docid,
        court=top.court or _court_of_prosecution(kind, instance, people),
        case_number=top.case_number,
        case_kind=kind,
        instance=instance,
        document_type=top.document_type,
        participants=people,
        agents=agents,
        causes=_causes(kind, text, course_at, places, result, names, titles)
        or causes.named(text[top.end : course_at + 600]),
        filed_on=course.filed_on(story, instance),
        decided_on=end.decided_on,
        panel=end.panel,
        clerk=end.clerks[0] if end.clerks else None,
        other_clerks=end.clerks[1:],
        assistants=end.assistants,
        cited_articles=citations.read_citations(text, places.reasoning, places.order),
        prior_case_number=course.prior_case(story, instance, top.number, kind),
        sections=Sections(facts, reasoning, result),
        procedure=course.procedure(story, instance, top.number),
        detained=any(party.detained for party in people),
        fees=outcome.fees(result, names),
        result_kind=outcome.result_kind(result, kind=kind, instance=instance, document=top.document_type),
    )
    return _with_problems(read, people, named=top.court is not None)


def _causes(
    kind: str | None,
    text: str,
    course_at: int,
    places: structure.Layout,
    result: str,
    names: tuple[str, ...],
    titles: tuple[str, ...],
) -> tuple[str, ...]:
    story = text[course_at : course_at + 3000]
    if kind != "CRIMINAL":
        return causes.action(story, names, titles)
    found = causes.pronounced(result)
    if not found:
        found = causes.charged(story[:1200])
    if not found:
        found = causes.charged(text[places.facts : places.reasoning][:6000]) or causes.charged(
            text[places.reasoning : places.order]
        )
    if not found:
        found = causes.from_case(story)
    if not found:
        found = next((named for title in titles if (named := causes.from_title(title))), ())
    return found


def _court_of_prosecution(kind: str | None, instance: str, people: tuple[Participant, ...]) -> str | None:
    """The court at the level of the prosecuting procuratorate, for a text that lost its first line."""
    if kind != "CRIMINAL" or instance != "FIRST":
        return None
    organ = next((party.name for party in people if party.role == "公诉机关"), "")
    return organ.removesuffix("检察院") + "法院" if organ.endswith("人民检察院") else None


def _with_problems(read: JudgmentFacts, people: tuple[Participant, ...], *, named: bool) -> JudgmentFacts:
    missing = [
        name
        for name, value in (
            ("court", named),
            ("case_number", read.case_number),
            ("case_kind", read.case_kind),
            ("document_type", read.document_type),
            ("participants", people),
            ("causes", read.causes),
            ("decided_on", read.decided_on),
            ("panel", read.panel),
            ("result", read.sections.result),
        )
        if not value
    ]
    return replace(read, problems=tuple(missing)) if missing else read
