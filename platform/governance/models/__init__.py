"""The tables of the governance room; a module for each topic."""

from governance.models.amendments import Amendment, Patch
from governance.models.audit import AuditEntry, Opening, PublishedHead
from governance.models.constitutions import Clause, Constitution, ConstitutionVersion, Principle
from governance.models.drafting import Candidate, Implementation, MinorityReport, PrincipleComment
from governance.models.pay import Account, LedgerEntry, LedgerTransaction, PayRate
from governance.models.releases import Release, ReleaseApproval

__all__ = [
    "Account",
    "Amendment",
    "AuditEntry",
    "Candidate",
    "Clause",
    "Constitution",
    "ConstitutionVersion",
    "Implementation",
    "LedgerEntry",
    "LedgerTransaction",
    "MinorityReport",
    "Opening",
    "Patch",
    "PayRate",
    "Principle",
    "PrincipleComment",
    "PublishedHead",
    "Release",
    "ReleaseApproval",
]
