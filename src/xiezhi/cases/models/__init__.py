"""What the case room stores."""

from xiezhi.cases.models.application import Application, ApplicationParticipant, Correction
from xiezhi.cases.models.approval import ApprovalRequest
from xiezhi.cases.models.case import Case, CaseLink, CaseQuerySet, TeamMember
from xiezhi.cases.models.clock import ClockChange
from xiezhi.cases.models.decision import Decision, DecisionService
from xiezhi.cases.models.participant import Agent, Participant
from xiezhi.cases.models.view import SavedView

__all__ = [
    "Agent",
    "Application",
    "ApplicationParticipant",
    "ApprovalRequest",
    "Case",
    "CaseLink",
    "CaseQuerySet",
    "ClockChange",
    "Correction",
    "Decision",
    "DecisionService",
    "Participant",
    "SavedView",
    "TeamMember",
]
