"""Lists that people write one on a line."""

import re
from typing import Any, ClassVar

from django import forms


def code_of(text: str) -> str:
    """A code made from an option's words."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:40] or "option"


def _free_code(text: str, taken: set[str]) -> str:
    stem = code_of(text)
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}_{n}") not in taken)


class OptionsField(forms.CharField):
    """Options, one on a line: ``code: words``, or the words alone."""

    widget = forms.Textarea(attrs={"rows": 5})
    default_error_messages: ClassVar = {"required": "Write at least one, each on a line of its own."}

    def clean(self, value: Any) -> Any:
        """A list of options with code and text."""
        options: list[dict[str, str]] = []
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            code, colon, text = line.partition(":")
            if colon and text.strip() and re.fullmatch(r"[\w.-]+", code.strip()):
                options.append({"code": code.strip(), "text": text.strip()})
            else:
                options.append({"code": "", "text": line.strip()})
        # Words of many scripts leave nothing of a code: such options are told apart by a number.
        taken = {option["code"] for option in options}
        for option in options:
            if not option["code"]:
                option["code"] = _free_code(option["text"], taken)
                taken.add(option["code"])
        return options

    @staticmethod
    def written(options: Any) -> str:
        """Options as lines."""
        return "\n".join(f"{option['code']}: {option['text']}" for option in options or [])


class CountsField(forms.CharField):
    """Whole numbers by name, one on a line: ``female: 2``."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        """A mapping from name to number; the name "anyone" is the empty one."""
        counts: dict[str, int] = {}
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            name, _, number = line.rpartition(":")
            if not name.strip() or not number.strip().isdigit() or int(number) < 1:
                raise forms.ValidationError(f"“{line.strip()}” should look like “female: 2”, with a number from 1 on.")
            counts["" if name.strip().casefold() == "anyone" else name.strip()] = int(number)
        return counts

    @staticmethod
    def written(counts: Any) -> str:
        """Counts as lines."""
        return "\n".join(f"{name or 'anyone'}: {number}" for name, number in (counts or {}).items())


class NamesField(forms.CharField):
    """Names parted by commas."""

    def clean(self, value: Any) -> Any:
        """A list without repetition."""
        return list(dict.fromkeys(name.strip() for name in super().clean(value).split(",") if name.strip()))


class GroupsField(forms.CharField):
    """Codes by question, one question on a line: ``fluency: native, fluent``."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        """A mapping from question to codes."""
        groups: dict[str, list[str]] = {}
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            name, colon, codes = line.partition(":")
            listed = [code.strip() for code in codes.split(",") if code.strip()]
            if not colon or not listed:
                raise forms.ValidationError(f"“{line.strip()}” should look like “fluency: native, fluent”.")
            groups[name.strip()] = listed
        return groups

    @staticmethod
    def written(groups: Any) -> str:
        """Groups as lines."""
        return "\n".join(f"{name}: {', '.join(codes)}" for name, codes in (groups or {}).items())
