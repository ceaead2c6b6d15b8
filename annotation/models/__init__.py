"""Studies: items that people answer questions about, each answer kept with who gave it."""

from annotation.models.imports import ImportedRater, StudyImport
from annotation.models.items import Item, ItemQuerySet, Quota, Validation
from annotation.models.questions import Question, StudyVersion
from annotation.models.reports import WatchReport
from annotation.models.responses import Exclusion, Response, ResponseEvent, ResponseQuerySet
from annotation.models.studies import Study, StudyQuerySet
from annotation.models.work import Assignment, Enrolment

__all__ = [
    "Assignment",
    "Enrolment",
    "Exclusion",
    "ImportedRater",
    "Item",
    "ItemQuerySet",
    "Question",
    "Quota",
    "Response",
    "ResponseEvent",
    "ResponseQuerySet",
    "Study",
    "StudyImport",
    "StudyQuerySet",
    "StudyVersion",
    "Validation",
    "WatchReport",
]
