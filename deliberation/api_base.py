"""Which conversations an address of the REST API is about."""

from typing import Any

from rest_framework import viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticatedOrReadOnly

from accounts.models import ApiKey
from deliberation.models import Conversation
from deliberation.queries.conversations import conversations_with_counts


class ConversationAddresses(viewsets.GenericViewSet[Conversation]):
    """Conversations that one may see; changing them is for those who run them."""

    permission_classes = (IsAuthenticatedOrReadOnly,)
    filterset_fields = ("status", "community__slug")
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    queryset = Conversation.objects.none()

    def get_queryset(self) -> Any:
        """What the person may see; through an API key only what belongs to the key's community."""
        listed = conversations_with_counts(self.request.user)
        key = self.request.auth
        return listed.filter(community=key.member.community_id) if isinstance(key, ApiKey) else listed

    def seen(self) -> Conversation:
        """The conversation of the address, or 404."""
        found: Conversation = get_object_or_404(self.get_queryset(), slug=self.kwargs["slug"])
        return found

    def run(self) -> Conversation:
        """The same for those who run it; it does not exist for others."""
        running = Conversation.objects.run_by(self.request.user).values("pk")
        found: Conversation = get_object_or_404(self.get_queryset().filter(pk__in=running), slug=self.kwargs["slug"])
        return found
