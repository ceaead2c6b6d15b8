"""Forms whose sending has a key of its own."""

import uuid

from django import forms


class KeyedForm(forms.Form):
    """A form whose sending has a key of its own, made by the browser, so that nothing is taken twice."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
