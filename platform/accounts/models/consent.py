"""What people agree to, version by version."""

import hashlib
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import Community, Member


class ConsentText(models.Model):
    """One version of what people of a community are asked to agree to; never changed once somebody has answered."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="consent_texts")
    version = models.PositiveIntegerField()
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["community", "-version"]
        constraints: ClassVar = [models.UniqueConstraint("community", "version", name="consent_text_version_unique")]

    def __str__(self) -> str:
        return f"{self.community} consent, version {self.version}"

    @staticmethod
    def sha256_of(body: str) -> str:
        """The hash that a consent can be checked against."""
        return hashlib.sha256(body.encode()).hexdigest()


class Consent(models.Model):
    """A member's yes to one version of the consent text, and when it was taken back."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-given_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "member", "text", condition=Q(withdrawn_at=None), name="consent_once_per_version_while_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} to {self.text}"
