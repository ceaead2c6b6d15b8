"""Forms whose sending has a key of its own, so that nothing is done twice."""

import uuid

from django import forms


class KeyedForm(forms.Form):
    """A form that carries an idempotency key, made with the page."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
