"""A case, its team, and its links to other cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from xiezhi.cases.contracts import CaseSource, LinkKind, Stage, TeamRole
from xiezhi.cases.rules import kinds
from xiezhi.identity.contracts import Scope

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


#: The last day of an open case, null for a closed one.
OPEN_DUE_ON = models.Case(models.When(closed_on=None, then=models.F("due_on")))


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> Self:
        """Every read starts here: an actor sees the cases of its scope, and no other court's.

        A restricted case (state secrets, minors) is seen by its team alone, whatever the scope; until it is
        assigned it has no team, and those of its own court who see the whole court (they may assign it) do.
        """
        if actor.scope == Scope.NONE:
            return self.none()
        of_own_team = Exists(
            TeamMember.objects.filter(case=OuterRef("pk"), person_id=actor.person_id, until=None)
        )
        if actor.scope == Scope.OWN:
            return self.filter(of_own_team, court_code=actor.court_code)
        if actor.scope == Scope.DIVISION:
            mine = self.filter(court_code=actor.court_code)
            return mine.filter(Q(division_id=actor.division_id, restricted=False) | Q(of_own_team))
        if len(actor.court_codes) == 1:
            courts = Q(court_code=actor.court_code)
        else:
            courts = Q(court_code__in=sorted(actor.court_codes))
        unassigned = Q(stage=Stage.DOCKETED, court_code=actor.court_code)
        return self.filter(courts).filter(Q(restricted=False) | unassigned | Q(of_own_team))

    def prior_of(self, actor: Actor) -> Self:
        """Cases the actor may read, and no more, because its own team reviews them in a later case.

        第二审人民法院应当对上诉请求的有关事实和适用法律进行审查（民事诉讼法第一百七十五条）: who sits on the
        appeal reads the first instance. The link alone does not open it, for a team may write links itself;
        the filing window must have named the prior case when it took the later one in, and it must be a case
        of the same court or of one below. For one case at a time: lists stay with `visible_to`.
        """
        named_by_the_window = CaseLink.objects.filter(
            kind=LinkKind.PRIOR,
            other=OuterRef("pk"),
            other_number=models.F("case__application__prior_number"),
            case__court_code=actor.court_code,
            case__team__in=TeamMember.objects.filter(person_id=actor.person_id, until=None),
        )
        at_or_below = (
            Q(court_code=actor.court_code)
            | Q(court__parent__code=actor.court_code)
            | Q(court__parent__parent__code=actor.court_code)
        )
        return self.filter(at_or_below).filter(Exists(named_by_the_window))

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def closed(self) -> Self:
        return self.exclude(closed_on=None)


class Case(models.Model):
    """One case of one court, under one case number.

    `due_on` is the last day of the limit as the clock stands now, None while it is stopped or where the law
    sets no limit; it is always recomputed from the clock changes, never edited.
    """

    court = models.ForeignKey("identity.Court", on_delete=models.PROTECT, related_name="+")
    court_code = models.CharField(max_length=16)
    number = models.CharField(max_length=64)
    year = models.PositiveSmallIntegerField()
    type_code = models.CharField(max_length=8)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40, choices=kinds.choices())
    procedure = models.CharField(max_length=24)
    stage = models.CharField(max_length=16, choices=Stage.choices(), default=Stage.DOCKETED)
    cause_key = models.CharField(max_length=32, blank=True)
    cause_name = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    received_on = models.DateField()
    docketed_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    clock_stopped = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=32, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    archived_on = models.DateField(null=True, blank=True)
    division = models.ForeignKey(
        "identity.Division", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    judge = models.ForeignKey(
        "identity.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    clerk = models.ForeignKey(
        "identity.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    fee = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    restricted = models.BooleanField(default=False)
    detained = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_cases"
    )
    source = models.CharField(max_length=12, choices=CaseSource.choices(), default=CaseSource.NATIVE)
    source_reference = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=0)
    search = SearchVectorField(null=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["court", "number"], name="case_number_once_per_court"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("docketed_on")),
                name="case_closed_after_docketed",
            ),
            models.UniqueConstraint(
                fields=["source_reference"],
                condition=~Q(source_reference=""),
                name="case_source_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["court_code", "-docketed_on", "-id"], name="case_court_docketed"),
            models.Index(
                fields=["court_code", "due_on", "id"], condition=Q(closed_on=None), name="case_open_due"
            ),
            models.Index(fields=["judge", "-docketed_on", "-id"], name="case_judge_docketed"),
            models.Index(fields=["division", "-docketed_on", "-id"], name="case_division_docketed"),
            models.Index(fields=["court_code", "kind", "-docketed_on", "-id"], name="case_court_kind"),
            models.Index(fields=["court_code", "stage", "-docketed_on", "-id"], name="case_court_stage"),
            models.Index(fields=["court_code", "cause_key", "-docketed_on", "-id"], name="case_court_cause"),
            models.Index(fields=["number"], name="case_number"),
            # Each sort of the case list has an index for one court and one for a scope of many.
            models.Index(
                fields=["court_code", "-closed_on", "-id"],
                condition=Q(closed_on__isnull=False),
                name="case_court_closed",
            ),
            models.Index(
                fields=["court_code", "year", "type_code", "sequence", "id"], name="case_court_sequence"
            ),
            models.Index(fields=["-docketed_on", "-id"], name="case_docketed"),
            models.Index(fields=["due_on", "id"], condition=Q(closed_on=None), name="case_open_due_all"),
            models.Index(
                fields=["-closed_on", "-id"], condition=Q(closed_on__isnull=False), name="case_closed_all"
            ),
            models.Index(fields=["year", "type_code", "sequence", "id"], name="case_sequence"),
            # An index of its own gives the planner statistics of the last days of open cases alone: of all
            # cases most have passed their last day long ago, and it would take the few overdue for many.
            models.Index(OPEN_DUE_ON, name="case_open_due_only"),
            models.Index(
                fields=["court_code", "-docketed_on", "-id"],
                condition=Q(clock_stopped=True),
                name="case_stopped",
            ),
            models.Index(fields=["court_code", "amount"], name="case_court_amount"),
            GinIndex(fields=["search"], name="case_search"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def kind_rule(self) -> kinds.CaseKind:
        """The rules of this kind of case."""
        return kinds.get(self.kind)

    @property
    def stage_code(self) -> Stage:
        return Stage(self.stage)

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    @property
    def procedure_name(self) -> str:
        return self.kind_rule.procedure(self.procedure).name

    @property
    def outcome_name(self) -> str:
        return self.kind_rule.outcome(self.outcome).name if self.outcome else ""


class TeamMember(models.Model):
    """A court person's place in the team of a case, for a time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="team")
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=TeamRole.choices())
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(until=None, role=TeamRole.JUDGE_IN_CHARGE),
                name="team_one_judge_in_charge",
            ),
            models.UniqueConstraint(
                fields=["case", "person", "role"], condition=Q(until=None), name="team_person_role_once"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "case"], condition=Q(until=None), name="team_person_now"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.person_id}"


class CaseLink(models.Model):
    """A link from a case to another: prior, later, merged, split off, transferred, related.

    The other case may be outside this installation: then only its number is known.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=16, choices=LinkKind.choices())
    other = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="linked_from"
    )
    other_number = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "other_number"], name="case_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.other_number}"
