"""The shape of what people send; the actions decide."""

import csv
import hashlib
import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.forms.keyed import KeyedForm
from accounts.forms.offering import offer
from deliberation.actions.statements import MAX_LENGTH, RefusedRow
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
    """Statements in bulk: pasted, one a line, or a CSV file with a column "statement".

    ``cleaned_data["texts"]`` holds the texts, ``["rows"]`` the line or row of each, ``["refused"]`` rows that say
    something else than one text.
    """

    pasted = forms.CharField(
        label="Statements, one on each line", required=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    file = forms.FileField(
        label="Or a CSV file", required=False, help_text='With a column named "statement", "text" or "comment-body".'
    )

    def clean_file(self) -> list[list[str]]:
        """The rows of the file, the header among them where it has one."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if upload is None:
            return []
        if upload.size and upload.size > MAX_SEED_BYTES:
            raise forms.ValidationError("This file is larger than 2 MB. Split it and send the parts one by one.")
        try:
            text = upload.read().decode("utf-8-sig")
            # Spreadsheets of many countries write semicolons where others write commas.
            delimiter = max(",;\t", key=text.partition("\n")[0].count)
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except (UnicodeDecodeError, csv.Error):
            raise forms.ValidationError("This file is not CSV text in UTF-8. Export it again as CSV (UTF-8).") from None
        if not rows:
            raise forms.ValidationError("This file is empty.")
        return rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        table, pasted = cleaned.get("file") or [], cleaned.get("pasted", "")
        lines = [(row, line) for row, line in enumerate(pasted.splitlines(), start=1) if line.strip()]
        if lines and table:
            raise forms.ValidationError("Paste statements or choose a file, not both at once.")
        refused: list[RefusedRow] = []
        if table:
            lines, refused = self._of_table(table)
        if not lines and not refused and not self.errors:
            raise forms.ValidationError("Paste at least one statement or choose a file.")
        cleaned |= {"rows": [row for row, _ in lines], "texts": [text for _, text in lines], "refused": refused}
        return cleaned

    @staticmethod
    def _of_table(table: list[list[str]]) -> tuple[list[tuple[int, str]], list[RefusedRow]]:
        """The texts with their rows, counted as a spreadsheet does; a row with more cells than the header says why."""
        header = [name.strip().casefold() for name in table[0]]
        named = next((name for name in ("statement", "text", "comment-body") if name in header), None)
        if named is None and len(header) > 1:
            raise forms.ValidationError(
                f'None of the columns ({", ".join(table[0])}) is named "statement". Rename the one with the texts.'
            )
        column = header.index(named) if named else 0
        texts: list[tuple[int, str]] = []
        refused: list[RefusedRow] = []
        for number, cells in enumerate(table[1:] if named else table, start=2 if named else 1):
            if len(cells) > len(header):
                reason = f"It has {len(cells)} cells, the header {len(header)}: put texts with a comma in quotes."
                refused.append(RefusedRow(number, ", ".join(cells), reason))
            else:
                texts.append((number, cells[column] if column < len(cells) else ""))
        return texts, refused


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
