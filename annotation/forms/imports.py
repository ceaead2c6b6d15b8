"""The shape of what people send to import a data set; the actions decide."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer
from annotation.actions.import_uploads import MOST_BYTES, SUFFIXES
from annotation.formats.readers import READERS


class ImportForm(KeyedForm):
    """A data set as one file or one zip archive."""

    file = forms.FileField(
        label="The file, or a zip of the folder",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
        help_text="Where a data set has several files, such as annotators' metadata beside the answers, zip them.",
        error_messages={"required": "Choose a file first."},
    )
    format = forms.ChoiceField(label="Format", choices=[(name, reader.title) for name, reader in READERS.items()])
    title = forms.CharField(label="Title of the study", required=False, max_length=300)

    def clean_file(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if upload.size and upload.size > MOST_BYTES:
            raise forms.ValidationError(
                f"This file has {upload.size / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are taken here. "
                "Ask whoever runs the server to import it with manage.py import_study."
            )
        return upload


class ColumnsForm(forms.Form):
    """Which column of a table is what."""

    item = forms.ChoiceField(label="The item's id")
    rater = forms.ChoiceField(label="The person's id", required=False)
    values = forms.MultipleChoiceField(label="Answers", required=False, widget=forms.CheckboxSelectMultiple)
    texts = forms.MultipleChoiceField(label="What was judged", required=False, widget=forms.CheckboxSelectMultiple)
    demographics = forms.MultipleChoiceField(
        label="About the person", required=False, widget=forms.CheckboxSelectMultiple
    )
    why = forms.ChoiceField(label="Reasons", required=False)

    def __init__(self, *args: Any, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [(name, name) for name in columns]
        for name in self.fields:
            none = [] if name in ("item", "values", "texts", "demographics") else [("", "none")]
            offer(self, name, none + every)
