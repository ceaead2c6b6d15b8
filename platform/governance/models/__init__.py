"""The tables of the governance room; a module for each topic."""

from governance.models.audit import AuditEntry, Opening, PublishedHead
from governance.models.pay import Account, LedgerEntry, LedgerTransaction, PayRate
from governance.models.releases import Release, ReleaseApproval

__all__ = [
    "Account",
    "AuditEntry",
    "LedgerEntry",
    "LedgerTransaction",
    "Opening",
    "PayRate",
    "PublishedHead",
    "Release",
    "ReleaseApproval",
]
