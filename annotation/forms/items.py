"""Items by hand and from a file."""

from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from annotation.formats.rows import SUFFIXES
from annotation.models import Item

MOST_BYTES = 100_000_000
RESPONSES = 4


class UploadForm(forms.Form):
    """A file with an item on each row."""

    file = forms.FileField(
        label="The file",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
        help_text="CSV, TSV, JSON Lines or Parquet, with an item on each row.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty. Choose another one."},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if Path(upload.name or "").suffix.lower() not in SUFFIXES:
            raise forms.ValidationError(
                f"The name should end in one of {', '.join(SUFFIXES)}. From a spreadsheet, save it as CSV."
            )
        if upload.size and upload.size > MOST_BYTES:
            raise forms.ValidationError(
                f"This file has {upload.size / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are taken here. "
                "Split it, or push the items through the API."
            )
        return upload


class ItemForm(forms.Form):
    """One item written by hand."""

    name = forms.CharField(label="Name in exports", max_length=200)
    kind = forms.ChoiceField(label="What it is for", choices=Item.Kind.choices, initial=Item.Kind.WORK)
    system = forms.CharField(label="Instructions to the assistant", required=False, widget=forms.Textarea({"rows": 2}))
    prompt = forms.CharField(label="What a person wrote", required=False, widget=forms.Textarea({"rows": 4}))
    text = forms.CharField(label="A text to judge", required=False, widget=forms.Textarea({"rows": 4}))
    domain = forms.CharField(label="Domain", max_length=40, initial=Item.Domain.GENERAL)
    constraints = forms.CharField(
        label="Hard constraints, one on a line", required=False, widget=forms.Textarea({"rows": 2})
    )
    risk_tier = forms.ChoiceField(label="Risk tier", choices=Item.Tier.choices, required=False)
    is_conflict_case = forms.BooleanField(label="Values conflict in it", required=False)
    tensions = forms.CharField(
        label="Dimensions in tension, one on a line", required=False, widget=forms.Textarea({"rows": 2})
    )
    source = forms.CharField(label="Source", required=False, max_length=300)
    is_synthetic = forms.BooleanField(label="Made by a program", required=False)
    feedback = forms.CharField(
        label="What is said after a training item", required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, item: Item | None = None, **kwargs: Any) -> None:
        if item is not None:
            kwargs["initial"] = _initial(item)
        super().__init__(*args, **kwargs)
        order = []
        for n in range(1, RESPONSES + 1):
            field = forms.CharField(label=f"Response {n}", required=False, widget=forms.Textarea({"rows": 4}))
            self.fields[f"response_{n}"] = field
            order.append(f"response_{n}")
        self.order_fields(["name", "kind", "system", "prompt", *order, "text"])

    def content(self) -> dict[str, Any]:
        """What people read, from what was written."""
        given, content = self.cleaned_data, {}
        turns = [{"role": "system", "content": given["system"]}] if given["system"] else []
        turns += [{"role": "user", "content": given["prompt"]}] if given["prompt"] else []
        written = [given[f"response_{n}"] for n in range(1, RESPONSES + 1)]
        responses = [{"id": chr(96 + n), "text": text} for n, text in enumerate(written, start=1) if text]
        if turns:
            content["turns"] = turns
        if responses:
            content["responses"] = responses
        if given["text"]:
            content["texts"] = [{"name": "text", "text": given["text"]}]
        return content

    def described(self) -> dict[str, Any]:
        """The other fields of the item."""
        given = self.cleaned_data
        names = ("kind", "domain", "risk_tier", "is_conflict_case", "is_synthetic", "feedback")
        lines = {
            name: [line.strip() for line in given[name].splitlines() if line.strip()]
            for name in ("constraints", "tensions")
        }
        source = {"source": given["source"]} if given["source"] else {}
        return {name: given[name] for name in names} | lines | {"provenance": source}


def _initial(item: Item) -> dict[str, Any]:
    content = item.content
    turns = {turn["role"]: turn["content"] for turn in content.get("turns", [])}
    responses = {f"response_{n}": r["text"] for n, r in enumerate(content.get("responses", []), start=1)}
    texts = content.get("texts", [])
    return {
        **{name: getattr(item, name) for name in ("name", "kind", "domain", "risk_tier", "is_conflict_case")},
        **{name: getattr(item, name) for name in ("is_synthetic", "feedback")},
        **responses,
        "system": turns.get("system", ""),
        "prompt": turns.get("user", ""),
        "text": texts[0]["text"] if texts else "",
        "constraints": "\n".join(item.constraints),
        "tensions": "\n".join(item.tensions),
        "source": item.provenance.get("source", ""),
    }


def fits_form(item: Item) -> bool:
    """Whether the form can hold all the item shows; longer conversations are changed through the API."""
    roles = [turn["role"] for turn in item.content.get("turns", [])]
    few = len(item.content.get("responses", [])) <= RESPONSES and len(item.content.get("texts", [])) <= 1
    return few and roles in ([], ["user"], ["system"], ["system", "user"])
