"""People and communities: who takes part, as what, and what was decided about it."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class User(AbstractUser):
    """A person who can hold a session: staff with a password, or a participant by link who never has one."""

    email = models.EmailField("email address", blank=True)

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_unique_where_given"),
        ]

    @property
    def is_passwordless(self) -> bool:
        """Whether the browser's session is this person's only key."""
        return not (self.email or self.has_usable_password())


class CommunityQuerySet(models.QuerySet["Community"]):
    """Communities as someone may see them."""

    def visible_to(self, user: Any) -> "CommunityQuerySet":
        """Public communities, and those the person belongs to; site staff see all."""
        if getattr(user, "is_staff", False):
            return self
        seen = Q(is_public=True)
        if getattr(user, "is_authenticated", False):
            seen |= Q(pk__in=Member.objects.active().filter(user=user).values("community"))
        return self.filter(seen)

    def run_by(self, user: Any, *roles: str) -> "CommunityQuerySet":
        """Those in which the person holds one of the roles (an admin's, when none is named); site staff: all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_staff:
            return self
        held = Member.objects.active().filter(user=user, roles__overlap=list(roles) or [Role.ADMIN])
        return self.filter(pk__in=held.values("community"))


class Community(models.Model):
    """A group of people who deliberate and annotate under rules of their own."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    is_public = models.BooleanField(default=True, help_text="Visitors may read what is open and what was decided.")
    open_entry = models.BooleanField(default=False, help_text="Anyone may take part, without an invitation.")
    is_synthetic = models.BooleanField(default=False, help_text="Its people were generated, and every page says so.")
    small_cell = models.PositiveSmallIntegerField(default=5, help_text="Tables show no cell of fewer people than this.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name_plural = "communities"

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do beyond taking part."""

    PARTICIPANT = "participant", "Participant"
    RESEARCHER = "researcher", "Researcher"
    STEWARD = "steward", "Steward"
    AUDITOR = "auditor", "Auditor"
    ADMIN = "admin", "Community admin"


class MemberQuerySet(models.QuerySet["Member"]):
    """Members as someone may see them."""

    def active(self) -> "MemberQuerySet":
        """Those who may take part: they have not left and are not banned."""
        return self.filter(left_at=None, banned_at=None)

    def visible_to(self, user: Any) -> "MemberQuerySet":
        """A person sees their own rows; a community admin sees the community's; site staff see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.is_staff:
            return self
        administered = Member.objects.active().filter(user=user, roles__contains=[Role.ADMIN]).values("community")
        return self.filter(Q(user=user) | Q(community__in=administered))


class Member(models.Model):
    """One person in one community, known there by a pseudonym; everything they give hangs on this row."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="members")
    pseudonym = models.CharField(max_length=60)
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    is_synthetic = models.BooleanField(default=False)
    entered_by = models.ForeignKey(
        "EntryLink", on_delete=models.SET_NULL, null=True, blank=True, related_name="entrants"
    )
    banned_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["community", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("community", "user", name="member_once_per_community"),
            models.UniqueConstraint("community", "pseudonym", name="member_pseudonym_unique"),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    def has_role(self, *roles: str) -> bool:
        """Whether this member holds one of the roles; everybody is a participant."""
        return Role.PARTICIPANT in roles or not set(roles).isdisjoint(self.roles)

    @property
    def role_names(self) -> list[str]:
        """The roles beyond taking part, as pages call them."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def is_active(self) -> bool:
        """Whether this member may take part."""
        return self.left_at is None and self.banned_at is None


class MemberEvent(models.Model):
    """Something that was decided about a membership, kept for ever: what changed, by whom, and why."""

    class Kind(models.TextChoices):
        """What happened."""

        JOINED = "joined", "Joined"
        RETURNED = "returned", "Came back"
        ROLES = "roles", "Roles changed"
        BANNED = "banned", "Banned"
        UNBANNED = "unbanned", "Ban lifted"
        LEFT = "left", "Left"
        ERASED = "erased", "Data erased"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    before = models.JSONField(default=list, blank=True)
    after = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-happened_at", "-id"]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_kind_display()}"
