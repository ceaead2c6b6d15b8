"""The shape of what people send; the actions decide."""

import csv
import hashlib
import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer
from deliberation.actions.statements import MAX_LENGTH
from deliberation.models import Conversation, Statement, VoteValue

MAX_SEED_BYTES = 2_000_000
MAX_IMPORT_BYTES = 50_000_000


class TakeBackForm(KeyedForm):
    """Taking a vote back; the statement is named by its number in the conversation."""

    statement = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conversation = conversation

    def clean_statement(self) -> Statement:
        number = self.cleaned_data["statement"]
        statement = Statement.objects.filter(conversation=self.conversation, number=number).first()
        if statement is None:
            raise forms.ValidationError("This statement is not part of the conversation any more.")
        statement.conversation = self.conversation
        return statement


class VoteForm(TakeBackForm):
    """One vote."""

    value = forms.TypedChoiceField(choices=VoteValue.choices, coerce=int)
    is_important = forms.BooleanField(required=False)


class StatementForm(KeyedForm):
    """A participant's own statement."""

    text = forms.CharField(
        label="Your statement",
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": MAX_LENGTH}),
        error_messages={"required": "Write your statement first."},
        help_text="One idea, in one sentence, that others can agree or disagree with.",
    )


class ConversationForm(forms.ModelForm[Conversation]):
    """What a conversation is about and how it takes statements."""

    class Meta:
        model = Conversation
        fields = ("title", "description", "takes_statements", "strict_moderation")
        widgets = {"description": forms.Textarea(attrs={"rows": 6})}
        labels = {
            "title": "The question",
            "description": "What people should know before they vote",
            "takes_statements": "Participants may write statements",
            "strict_moderation": "Show new statements only after somebody has accepted them",
        }


class ImportForm(KeyedForm):
    """A Polis export as one zip archive."""

    file = forms.FileField(
        label="The export, as a zip file",
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
        help_text="The zip holds comments.csv, the participants' votes and, where there is one, votes.csv.",
        error_messages={"required": "Choose the zip file first."},
    )
    title = forms.CharField(
        label="A title, used where the export names none",
        required=False,
        max_length=300,
    )

    def clean_file(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if upload.size and upload.size > MAX_IMPORT_BYTES:
            raise forms.ValidationError(
                f"This file has {upload.size / 1e6:.0f} MB; at most {MAX_IMPORT_BYTES / 1e6:.0f} MB are taken here. "
                "Ask whoever runs the server to import it with manage.py import_conversation."
            )
        return upload

    @staticmethod
    def digest(data: bytes) -> str:
        """What tells two files apart."""
        return hashlib.sha256(data).hexdigest()


class SeedForm(forms.Form):
    """Statements in bulk: pasted, one a line, or a CSV file with a column "statement"."""

    pasted = forms.CharField(
        label="Statements, one on each line", required=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    file = forms.FileField(
        label="Or a CSV file", required=False, help_text='With a column named "statement", "text" or "comment-body".'
    )

    def clean_file(self) -> list[str]:
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if upload is None:
            return []
        if upload.size and upload.size > MAX_SEED_BYTES:
            raise forms.ValidationError("This file is larger than 2 MB. Split it and send the parts one by one.")
        try:
            rows = list(csv.reader(io.StringIO(upload.read().decode("utf-8-sig"), newline="")))
        except (UnicodeDecodeError, csv.Error):
            raise forms.ValidationError("This file is not CSV text in UTF-8. Export it again as CSV (UTF-8).") from None
        if not rows:
            raise forms.ValidationError("This file is empty.")
        header = [name.strip().casefold() for name in rows[0]]
        for name in ("statement", "text", "comment-body"):
            if name in header:
                column = header.index(name)
                return [row[column] if column < len(row) else "" for row in rows[1:]]
        if len(header) == 1:
            return [row[0] if row else "" for row in rows]
        raise forms.ValidationError(
            f'None of the columns ({", ".join(rows[0])}) is named "statement". Rename the one with the texts.'
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pasted = [line for line in cleaned.get("pasted", "").splitlines() if line.strip()]
        cleaned["texts"] = pasted + (cleaned.get("file") or [])
        if not cleaned["texts"] and not self.errors:
            raise forms.ValidationError("Paste at least one statement or choose a file.")
        return cleaned


class ReviewForm(forms.Form):
    """Accepting or rejecting the ticked statements, with a reason."""

    numbers = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": "Tick at least one statement."})
    state = forms.TypedChoiceField(coerce=int, choices=Statement.State.choices)
    reason = forms.CharField(max_length=300, required=False)

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = conversation.statements.values_list("number", flat=True)
        offer(self, "numbers", [(number, number) for number in numbers])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == Statement.State.REJECTED and not cleaned.get("reason"):
            self.add_error("reason", "Say why; the reason is published with the rejection.")
        return cleaned
