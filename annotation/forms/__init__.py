"""The forms of those who set studies up: they check shape, the actions decide."""

from annotation.forms.items import ItemForm, UploadForm
from annotation.forms.questions import QuestionForm
from annotation.forms.studies import CreateForm, StudyForm

__all__ = ["CreateForm", "ItemForm", "QuestionForm", "StudyForm", "UploadForm"]
