"""What a worker found when it read all answers of a large study."""

from typing import Any, ClassVar

from django.db import models

from annotation.models.studies import Study


class WatchReportQuerySet(models.QuerySet["WatchReport"]):
    """Reports as someone may see them."""

    def visible_to(self, user: Any) -> "WatchReportQuerySet":
        """Those of the studies the person runs."""
        return self.filter(study__in=Study.objects.run_by(user))


class WatchReport(models.Model):
    """The figures of a study with more answers than a page can read while somebody waits; the newest takes its place.

    ``people`` holds each person's figures by member id, ``everyone`` the share of each answer by column.
    """

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="watch_report")
    job = models.UUIDField(null=True, blank=True, help_text="The wish for the newest reading.")
    html = models.TextField(blank=True, help_text="The figures as the page shows them.")
    people = models.JSONField(default=dict, blank=True)
    everyone = models.JSONField(default=list, blank=True)
    n_responses = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When the reading began.")

    objects = WatchReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["study"]

    def __str__(self) -> str:
        return f"report on {self.study_id}"
