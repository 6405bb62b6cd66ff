"""About nine hundred invented people, the posts they hold over time, and who stands in for whom.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from xiezhi.demo import courts, names
from xiezhi.identity.contracts import DivisionKind, Role, Sex

_TITLES: Mapping[Role, str] = {
    Role.TRIAL_MANAGEMENT: "审判管理员",
    Role.INSPECTOR: "督察员",
    Role.ARCHIVIST: "档案员",
    Role.FINANCE: "财务人员",
}
_HEADED = (
    DivisionKind.FILING,
    DivisionKind.CIVIL,
    DivisionKind.CRIMINAL,
    DivisionKind.ADMINISTRATIVE,
    DivisionKind.COMPENSATION,
    DivisionKind.SUPERVISION,
    DivisionKind.ENFORCEMENT,
)
_RELATIONS = ("配偶", "父亲", "母亲", "兄弟", "曾任其代理人", "大学同学、往来密切")


@dataclass(frozen=True, slots=True)
class Division:
    id: int
    court_code: str
    name: str
    kind: DivisionKind


@dataclass(frozen=True, slots=True)
class Person:
    """`user_id` is the account, one for everybody."""

    id: int
    user_id: int
    name: str
    sex: Sex
    staff_number: str
    court_code: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post for a time, with what a journal entry says of its holder."""

    id: int
    person: Person
    court_code: str
    division: Division | None
    role: Role
    title: str
    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def full_title(self) -> str:
        """The post as people say it; as `identity.selectors.post_title`."""
        words = self.title or self.role.label
        return f"{self.division.name} {words}" if self.division is not None else words


@dataclass(frozen=True, slots=True)
class Delegation:
    id: int
    post: Post
    to_person: Person
    since: date
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Relation:
    id: int
    person: Person
    name: str
    relation: str
    noted_on: date


@dataclass(frozen=True, slots=True)
class Room:
    id: int
    court_code: str
    name: str
    seats: int


@dataclass(slots=True)
class Register:
    """Everybody, with quick answers to who holds what in a court."""

    divisions: list[Division] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    delegations: list[Delegation] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)

    def of_court(self, code: str) -> Staff:
        """Return the people of one court, as a case history needs them."""
        return Staff(
            posts=[post for post in self.posts if post.court_code == code],
            rooms=[room for room in self.rooms if room.court_code == code],
            relations=[r for r in self.relations if r.person.court_code == code],
        )


@dataclass(slots=True)
class Staff:
    """Posts, rooms and recusal relations of one court."""

    posts: list[Post]
    rooms: list[Room]
    relations: list[Relation]
    _by_role: dict[tuple[Role, int | None], list[Post]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for post in self.posts:
            division = post.division.id if post.division else None
            self._by_role.setdefault((post.role, division), []).append(post)
            if division is not None:
                self._by_role.setdefault((post.role, None), []).append(post)

    def holders(self, role: Role, day: date, division_id: int | None = None) -> list[Post]:
        """Return the posts of a role held on a day, of one division or of the court."""
        return [post for post in self._by_role.get((role, division_id), ()) if post.holds(day)]

    def handling(self, role: Role, kinds: Iterable[str], day: date) -> list[Post]:
        """Return who may be drawn for a case: posts of the role in divisions of these kinds, one a person."""
        wanted = frozenset(kinds)
        found: dict[int, Post] = {}
        for post in self._by_role.get((role, None), ()):
            if post.division is not None and post.division.kind in wanted and post.holds(day):
                found.setdefault(post.person.id, post)
        return [found[pk] for pk in sorted(found)]


class _Hiring:
    """Gives out numbers and names; one generator for the whole register."""

    def __init__(self, seed: int, start: date, bases: Mapping[str, int]) -> None:
        self.rng = Random(f"{seed}:people")  # noqa: S311 - repeatable invention, no secret
        self.start = start
        self.register = Register()
        self.bases = dict(bases)
        self.taken: set[str] = set()
        self.staff_numbers: dict[str, int] = {}

    def next_id(self, table: str) -> int:
        self.bases[table] = self.bases.get(table, 0) + 1
        return self.bases[table]

    def person(self, court: courts.CourtPlan) -> Person:
        male = self.rng.random() < 0.55
        name = names.person(self.rng, male=male)
        while name in self.taken:  # two of a name in the group would only confuse
            name = names.person(self.rng, male=male)
        self.taken.add(name)
        number = self.staff_numbers[court.code] = self.staff_numbers.get(court.code, 0) + 1
        made = Person(
            id=self.next_id("person"),
            user_id=self.next_id("user"),
            name=name,
            sex=Sex.MALE if male else Sex.FEMALE,
            staff_number=f"{court.code[1:]}{number:03d}",
            court_code=court.code,
        )
        self.register.people.append(made)
        return made

    def appoint(
        self,
        person: Person,
        division: Division | None,
        role: Role,
        *,
        title: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> Post:
        if since is None:
            since = self.start - timedelta(days=200 + self.rng.randrange(2400))
        post = Post(
            self.next_id("post"),
            person,
            person.court_code,
            division,
            role,
            title or _TITLES.get(role, ""),
            since,
            until,
        )
        self.register.posts.append(post)
        return post


def plan(*, seed: int, start: date, today: date, bases: Mapping[str, int]) -> Register:
    """Return everybody of the group of courts.

    `bases`: the highest ids in use, by table (division, person, user, post, delegation, relation, room).
    """
    hiring = _Hiring(seed, start, bases)
    for court in courts.group():
        _staff(hiring, court, today)
    return hiring.register


def _staff(hiring: _Hiring, court: courts.CourtPlan, today: date) -> None:
    register = hiring.register
    divisions = [
        Division(hiring.next_id("division"), court.code, name, kind)
        for name, kind in courts.divisions_of(court)
    ]
    register.divisions.extend(divisions)
    register.rooms.extend(
        Room(hiring.next_id("room"), court.code, name, seats) for name, seats in courts.courtrooms_of(court)
    )
    of_kind: dict[DivisionKind, list[Division]] = {}
    for division in divisions:
        of_kind.setdefault(division.kind, []).append(division)
    # Civil divisions first: who is shown for a role is the first by staff number, and their work is varied.
    civil_first = sorted(divisions, key=lambda division: division.kind is not DivisionKind.CIVIL)
    for division in civil_first:
        for role, count in _needs(court, division).items():
            for _n in range(count):
                person = hiring.person(court)
                post = hiring.appoint(person, division, role)
                if (
                    role is Role.JUDGE and hiring.rng.random() < 0.3
                ):  # came up from assistant before the period
                    before = post.since - timedelta(days=1)
                    earlier = before - timedelta(days=700 + hiring.rng.randrange(1200))
                    hiring.appoint(person, division, Role.ASSISTANT, since=earlier, until=before)
    managers = [hiring.person(court) for _n in range(2 if court.is_basic else 4)]
    _head_divisions(hiring, court, civil_first, managers, of_kind[DivisionKind.TRIAL_MANAGEMENT][0], today)
    for kind, role in (
        (DivisionKind.ARCHIVE, Role.ARCHIVIST),
        (DivisionKind.FINANCE, Role.FINANCE),
        (DivisionKind.INSPECTION, Role.INSPECTOR),
        (DivisionKind.TECHNOLOGY, Role.ADMINISTRATOR),
    ):
        hiring.appoint(hiring.person(court), of_kind[kind][0], role)
    if (
        not court.is_basic or court.weight > 1.0
    ):  # somebody who keeps the archive and helps at the filing window
        hiring.appoint(register.posts[-4].person, of_kind[DivisionKind.FILING][0], Role.FILING_CLERK)
    hiring.appoint(hiring.person(court), None, Role.PRESIDENT)
    deputies = [
        hiring.appoint(hiring.person(court), None, Role.VICE_PRESIDENT)
        for _n in range(1 if court.is_basic else 3)
    ]
    _delegate(hiring, court, deputies, today)
    _relate(hiring, court)


def _needs(court: courts.CourtPlan, division: Division) -> dict[Role, int]:
    """How many of each role a division has, by the court's load (assumption: about 38 in a basic court)."""
    kind, weight = division.kind, court.staffing
    if not court.is_basic:
        judges = {DivisionKind.CIVIL: 4, DivisionKind.CRIMINAL: 3, DivisionKind.ADMINISTRATIVE: 3}.get(
            kind, 0
        )
        judges = judges or {DivisionKind.COMPENSATION: 3, DivisionKind.SUPERVISION: 3}.get(kind, 0)
    else:
        judges = {DivisionKind.CRIMINAL: 2, DivisionKind.ADMINISTRATIVE: 1}.get(kind, 0)
        if kind is DivisionKind.CIVIL:
            judges = max(2, round(1.5 * weight))
        if kind is DivisionKind.CRIMINAL:
            judges = max(2, round(1.5 * weight))
    if judges:
        return {
            Role.JUDGE: judges,
            Role.ASSISTANT: max(1, judges // 2),
            Role.CLERK: max(1, round(judges * 0.6)),
        }
    if kind is DivisionKind.FILING:
        return {Role.FILING_CLERK: max(2, round(1.6 * weight)), Role.JUDGE: 1, Role.CLERK: 1}
    if kind is DivisionKind.ENFORCEMENT:
        return {
            Role.ENFORCEMENT_OFFICER: max(2, round(1.9 * weight)),
            Role.CLERK: max(1, round(1.1 * weight)),
        }
    return {}


def _head_divisions(
    hiring: _Hiring,
    court: courts.CourtPlan,
    divisions: list[Division],
    managers: list[Person],
    office: Division,
    today: date,
) -> None:
    """Give the divisions heads; in every court one head and one of the trial management office change
    places.
    """
    headed = [division for division in divisions if division.kind in _HEADED]
    moved = 1 + hiring.rng.randrange(len(headed) - 1)
    moved_on = hiring.start + timedelta(
        days=120 + hiring.rng.randrange(max((today - hiring.start).days - 240, 1))
    )
    for number, division in enumerate(headed):
        title = "局长" if division.kind is DivisionKind.ENFORCEMENT else ""
        head = hiring.person(court)
        if number != moved:
            hiring.appoint(head, division, Role.DIVISION_HEAD, title=title)
            continue
        before = moved_on - timedelta(days=1)
        hiring.appoint(head, division, Role.DIVISION_HEAD, title=title, until=before)
        hiring.appoint(head, office, Role.TRIAL_MANAGEMENT, since=moved_on)
        hiring.appoint(managers[0], office, Role.TRIAL_MANAGEMENT, until=before)
        hiring.appoint(managers[0], division, Role.DIVISION_HEAD, title=title, since=moved_on)
    for person in managers[1:]:
        hiring.appoint(person, office, Role.TRIAL_MANAGEMENT)


def _delegate(hiring: _Hiring, court: courts.CourtPlan, deputies: list[Post], today: date) -> None:
    """The president was away once; in the intermediate court a division head is away this week."""
    register, rng = hiring.register, hiring.rng
    president = next(
        p for p in reversed(register.posts) if p.role is Role.PRESIDENT and p.court_code == court.code
    )
    if court.is_basic and court.weight < 1.4:
        return
    since = today - timedelta(days=60 + rng.randrange(200))
    register.delegations.append(
        Delegation(
            hiring.next_id("delegation"),
            president,
            deputies[0].person,
            since,
            since + timedelta(days=6),
            "参加上级法院培训",
        )
    )
    heads = [
        p
        for p in register.posts
        if p.court_code == court.code and p.role is Role.DIVISION_HEAD and p.holds(today)
    ]
    away = heads[1]
    judges = [
        p
        for p in register.posts
        if p.court_code == court.code
        and p.role is Role.JUDGE
        and p.division == away.division
        and p.until is None
    ]
    if judges:
        register.delegations.append(
            Delegation(
                hiring.next_id("delegation"),
                away,
                judges[0].person,
                today - timedelta(days=2),
                today + timedelta(days=9),
                "年休假",
            )
        )


def _relate(hiring: _Hiring, court: courts.CourtPlan) -> None:
    register, rng = hiring.register, hiring.rng
    judges = [
        p for p in register.posts if p.court_code == court.code and p.role is Role.JUDGE and p.until is None
    ]
    for post in rng.sample(judges, 1 if court.is_basic else 4):
        register.relations.append(
            Relation(
                hiring.next_id("relation"),
                post.person,
                names.person(rng, male=rng.random() < 0.5),
                rng.choice(_RELATIONS),
                hiring.start - timedelta(days=4),
            )
        )
