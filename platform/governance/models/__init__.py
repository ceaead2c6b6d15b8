"""The tables of the governance room; a module for each topic."""

from governance.models.audit import AuditEntry, Opening, PublishedHead

__all__ = ["AuditEntry", "Opening", "PublishedHead"]
