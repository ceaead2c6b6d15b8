"""Choices that are known only when a form is made."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def offer(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """Let the form's choice field offer these: pairs of value and words, or (heading, pairs)."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Row], words: Callable[[Row], str] = str) -> None:
    """Let the form's field offer these rows, each under its words."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
    field.label_from_instance = words  # type: ignore[method-assign,assignment]  # a hook that is meant to be replaced
