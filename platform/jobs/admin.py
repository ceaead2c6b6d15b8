"""Jobs in the staff's own pages: to look at, not to write."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from jobs.models import Job, OutboxMessage

if TYPE_CHECKING:  # Django's own classes take no parameters at run time
    JobPages = admin.ModelAdmin[Job]
    MessagePages = admin.ModelAdmin[OutboxMessage]
else:
    JobPages = MessagePages = admin.ModelAdmin


@admin.register(Job)
class JobAdmin(JobPages):
    """Jobs, newest first; actions write them, nobody by hand."""

    list_display = ("kind", "key", "status", "attempts", "created_at", "finished_at")
    list_filter = ("status", "kind")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return False


@admin.register(OutboxMessage)
class OutboxMessageAdmin(MessagePages):
    """Wishes that no relay has seen yet."""

    list_display = ("kind", "key", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False
