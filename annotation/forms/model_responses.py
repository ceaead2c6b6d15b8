"""The file in which a model's responses come."""

from pathlib import Path

from django import forms
from django.core.files.uploadedfile import UploadedFile

from annotation.formats.model_responses import MOST_IN_NAME

MOST_BYTES = 20_000_000


class ModelResponsesForm(forms.Form):
    """Responses of one model or several."""

    file = forms.FileField(
        label="The file",
        widget=forms.ClearableFileInput(attrs={"accept": ".jsonl"}),
        help_text="JSON Lines: on each line an object with item (its name in this study) and response; model and "
        "prompt if you like.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
    )
    model = forms.CharField(
        label="Name of the model",
        max_length=MOST_IN_NAME,
        required=False,
        help_text="For lines that do not name one.",
    )

    def clean_file(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if Path(upload.name or "").suffix.lower() != ".jsonl":
            raise forms.ValidationError("The name should end in .jsonl.")
        if upload.size and upload.size > MOST_BYTES:
            raise forms.ValidationError(
                f"This file has {upload.size / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are taken. Split it."
            )
        return upload
