"""The jobs room's tables."""

import pytest
from django.db import IntegrityError, transaction

from jobs.models import Job

pytestmark = pytest.mark.django_db


def test_one_job_waits_per_kind_and_key() -> None:
    Job.objects.create(kind="count", key="a")
    with pytest.raises(IntegrityError, match="job_one_waiting_per_key"), transaction.atomic():
        Job.objects.create(kind="count", key="a")
    Job.objects.create(kind="count", key="b")
    Job.objects.create(kind="count", key="a", status=Job.Status.RUNNING)
    assert Job.objects.count() == 3


def test_progress_is_a_share() -> None:
    with pytest.raises(IntegrityError, match="job_progress_is_a_share"):
        Job.objects.create(kind="count", key="a", progress=1.5)
