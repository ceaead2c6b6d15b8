"""People and communities: who takes part, as what, with whose consent, and what they told about themselves."""

import hashlib
import uuid
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
        return self.label or f"{self.get_kind_display()} ({self.community})"


class Questionnaire(models.Model):
    """A set of questions about people; a version that has answers is never changed."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="questionnaires")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["community", "slug", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint("community", "slug", "version", name="questionnaire_version_unique"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question about a person. "Prefer not to say" is always offered and needs no option of its own."""

    class Kind(models.TextChoices):
        """What an answer looks like."""

        SINGLE = "single", "One option"
        MULTIPLE = "multiple", "Any number of options"
        ORDINAL = "ordinal", "One option of an ordered list"
        NUMBER = "number", "A number"
        FREE = "free", "Own words"

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    name = models.SlugField(max_length=60, help_text="The column's name in exports.")
    text = models.CharField(max_length=400)
    help_text = models.CharField(max_length=400, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    options = models.JSONField(default=list, blank=True, help_text='[{"code": …, "text": …}] in order.')
    self_describe = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["questionnaire", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint("questionnaire", "name", name="question_name_unique_in_questionnaire"),
            models.UniqueConstraint("questionnaire", "position", name="question_position_unique_in_questionnaire"),
        ]

    def __str__(self) -> str:
        return self.text


class Use(models.TextChoices):
    """What a person lets an answer about themselves be used for."""

    QUOTAS = "quotas", "To see to it that all kinds of people are heard"
    ANALYSIS = "analysis", "To compare how groups answer"
    RELEASE = "release", "In published data, never with a name"


class DemographicAnswer(models.Model):
    """What a member said to one question: the words as given and the codes they were read as.

    No row means *not asked*; *declined* and *withdrawn* are rows, so that the three never run together.
    """

    class Status(models.TextChoices):
        """Which of the kinds of (non-)answer this is."""

        ANSWERED = "answered", "Answered"
        DECLINED = "declined", "Prefers not to say"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="demographic_answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    status = models.CharField(max_length=10, choices=Status)
    raw = models.TextField(blank=True, help_text="As the person gave it: the option's words or their own.")
    codes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    number = models.FloatField(null=True, blank=True)
    uses = ArrayField(models.CharField(max_length=10, choices=Use), default=list, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["member", "question"]
        constraints: ClassVar = [
            models.UniqueConstraint("member", "question", name="demographic_answer_once_per_question"),
            models.CheckConstraint(
                condition=Q(status="answered") | Q(raw="", codes=[], number=None),
                name="demographic_answer_empty_unless_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.question.name}"


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

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
