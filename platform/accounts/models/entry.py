"""Doors into a community: links for people, keys for programs, and what came through once."""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models.people import Community, Member, Role


@dataclass(frozen=True)
class Standing:
    """What a list says of an entry link."""

    words: str
    kind: str
    is_open: bool


class EntryLinkQuerySet(models.QuerySet["EntryLink"]):
    """Entry links as someone may see them."""

    def visible_to(self, user: Any) -> "EntryLinkQuerySet":
        """Admins see their community's links; site staff see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_staff:
            return self
        administered = Member.objects.active().filter(user=user, roles__contains=[Role.ADMIN]).values("community")
        return self.filter(community__in=administered)


class EntryLink(models.Model):
    """A door for participants without a password: open to all who have it, or for one person once."""

    class Kind(models.TextChoices):
        """How many people one link lets in."""

        OPEN = "open", "Open: everyone who has it"
        SINGLE = "single", "Invitation: one person, once"

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="entry_links")
    kind = models.CharField(max_length=10, choices=Kind)
    token_sha256 = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=200, blank=True)
    leads_to = models.CharField(max_length=300, default="/", help_text="The address a person lands on.")
    created_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = EntryLinkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.label or ("Invitation" if self.kind == self.Kind.SINGLE else "Open link")

    @property
    def standing(self) -> "Standing":
        """Whether the link still opens, in words."""
        if self.revoked_at is not None:
            return Standing("Withdrawn", "grave", is_open=False)
        if self.kind == self.Kind.SINGLE and self.used_at is not None:
            return Standing("Used", "", is_open=False)
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return Standing("Expired", "", is_open=False)
        return Standing("Works", "good", is_open=True)


class Submission(models.Model):
    """Something a person sent, under the key their browser made for it, with the reply that was given.

    It is written in the transaction that stores what was sent: the same key again gives the stored reply.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="submissions")
    key = models.UUIDField()
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    reply = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [models.UniqueConstraint("member", "key", name="submission_key_unique_per_member")]

    def __str__(self) -> str:
        return str(self.key)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """API keys as someone may see them."""

    def visible_to(self, user: Any) -> "ApiKeyQuerySet":
        """One's own, and nobody else's."""
        return self.filter(member__user=user) if getattr(user, "is_authenticated", False) else self.none()


class ApiKey(models.Model):
    """A key for programs: a prefix to recognise it by, the SHA-256 of the secret, scopes and an end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
