"""The tables of the governance room; a module for each topic."""

from governance.models.amendments import Amendment, Patch
from governance.models.audit import AuditEntry, Opening, PublishedHead
from governance.models.ballots import Ballot, Voted
from governance.models.bodies import Body, Seat, SeatClass, Term
from governance.models.comal import Audit, Finding, Priority
from governance.models.constitutions import Clause, Constitution, ConstitutionVersion, Principle
from governance.models.decisions import Decision, ElectorRow, TallyBundle, Transition
from governance.models.drafting import Candidate, Implementation, MinorityReport, PrincipleComment
from governance.models.draws import Draw, DrawQuota, PanelPlace, PoolPlace
from governance.models.incidents import Evidence, Incident, IncidentEvent, IncidentSubject
from governance.models.matters import Comment, Interest, Notice, Objection, Veto
from governance.models.pay import Account, LedgerEntry, LedgerTransaction, PayRate
from governance.models.releases import Release, ReleaseApproval

__all__ = [
    "Account",
    "Amendment",
    "Audit",
    "AuditEntry",
    "Ballot",
    "Body",
    "Candidate",
    "Clause",
    "Comment",
    "Constitution",
    "ConstitutionVersion",
    "Decision",
    "Draw",
    "DrawQuota",
    "ElectorRow",
    "Evidence",
    "Finding",
    "Implementation",
    "Incident",
    "IncidentEvent",
    "IncidentSubject",
    "Interest",
    "LedgerEntry",
    "LedgerTransaction",
    "MinorityReport",
    "Notice",
    "Objection",
    "Opening",
    "PanelPlace",
    "Patch",
    "PayRate",
    "PoolPlace",
    "Principle",
    "PrincipleComment",
    "Priority",
    "PublishedHead",
    "Release",
    "ReleaseApproval",
    "Seat",
    "SeatClass",
    "TallyBundle",
    "Term",
    "Transition",
    "Veto",
    "Voted",
]
