"""People and communities in the staff's own pages: mostly to look at; actions write them."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest

from accounts import models

if TYPE_CHECKING:  # Django's own classes take no parameters at run time
    Pages = admin.ModelAdmin[Any]
    UserPages = UserAdmin[models.User]
else:
    Pages = admin.ModelAdmin
    UserPages = UserAdmin


class ReadOnly(Pages):
    """To look at only."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.User)
class PersonAdmin(UserPages):
    """People with a session; staff rights are given here."""

    list_display = ("username", "email", "is_staff", "is_active", "last_login")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.Community)
class CommunityAdmin(Pages):
    """Communities; who belongs to them is decided on their own pages."""

    list_display = ("name", "slug", "is_public", "open_entry", "is_synthetic", "created_at")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.Member)
class MemberAdmin(ReadOnly):
    """Members by pseudonym."""

    list_display = ("pseudonym", "community", "roles", "joined_at", "left_at", "banned_at")
    list_filter = ("community", "is_synthetic")
    list_select_related = ("community",)
    search_fields = ("pseudonym",)


@admin.register(models.MemberEvent)
class MemberEventAdmin(ReadOnly):
    """What was decided about members."""

    list_display = ("member", "kind", "reason", "by", "happened_at")
    list_filter = ("kind",)
    list_select_related = ("member", "by")


@admin.register(models.ConsentText)
class ConsentTextAdmin(ReadOnly):
    """Texts people were asked to agree to."""

    list_display = ("community", "version", "sha256", "published_at")
    list_select_related = ("community",)


@admin.register(models.Questionnaire)
class QuestionnaireAdmin(ReadOnly):
    """Questionnaires; the answers are shown to nobody here."""

    list_display = ("title", "community", "version", "is_open")
    list_select_related = ("community",)


@admin.register(models.EntryLink)
class EntryLinkAdmin(ReadOnly):
    """Entry links; tokens are not kept."""

    list_display = ("__str__", "community", "kind", "created_at", "expires_at", "revoked_at", "used_at")
    list_select_related = ("community",)
    exclude = ("token_sha256",)


@admin.register(models.ApiKey)
class ApiKeyAdmin(ReadOnly):
    """API keys; secrets are not kept."""

    list_display = ("name", "prefix", "member", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")
    list_select_related = ("member",)
    exclude = ("secret_sha256",)
