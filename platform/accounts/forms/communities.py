"""Forms about a community itself."""

from django import forms

from accounts.models import Community


class CommunityForm(forms.ModelForm[Community]):
    """How a community presents itself and whom it lets in."""

    class Meta:
        model = Community
        fields = ("name", "description", "is_public", "open_entry", "small_cell")
        labels = {
            "name": "Name",
            "description": "What is it about?",
            "is_public": "Visitors may read what is open and what was decided",
            "open_entry": "Anyone may take part, without an invitation",
            "small_cell": "Smallest group shown in tables",
        }
        help_texts = {
            "description": "Two or three sentences for people who see it for the first time.",
            "is_public": "",
            "open_entry": "",
            "small_cell": "Tables show no group of fewer people than this. Five is usual.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        error_messages = {"name": {"required": "Give the community a name."}}

    def clean_small_cell(self) -> int:
        """Groups of one would show what one person said."""
        size: int = self.cleaned_data["small_cell"]
        if not 3 <= size <= 100:
            raise forms.ValidationError("Choose a number from 3 to 100.")
        return size


class ConsentTextForm(forms.Form):
    """A new version of what people are asked to agree to."""

    body = forms.CharField(
        label="What do you ask people to agree to?",
        help_text="Say who asks, what for, what is kept and for how long, who will see it, and how to take it back. "
        "Leave an empty line between paragraphs.",
        widget=forms.Textarea(attrs={"rows": 14}),
        max_length=20_000,
        error_messages={"required": "Write the text that people will read before they agree."},
    )
