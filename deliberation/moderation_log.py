"""The moderation of statements, for the public transparency page; registered in :mod:`governance.transparency`."""

from accounts.models import Community
from deliberation.models import Conversation, Review
from governance.transparency import Moderated


def log(community: Community, most: int) -> list[Moderated]:
    """The newest moderations in conversations that everybody who sees the community may see; the words stay hidden."""
    reviews = Review.objects.filter(statement__conversation__community=community)
    shown = reviews.exclude(statement__conversation__status=Conversation.Status.DRAFT)
    newest = shown.select_related("statement__conversation").order_by("-reviewed_at", "-id")[:most]
    return [
        Moderated(
            at=review.reviewed_at,
            what=f"Statement {review.statement.number} of “{review.statement.conversation}”",
            became=str(review.get_after_display()).lower(),
            why=review.reason,
            address=review.statement.conversation.get_absolute_url(),
        )
        for review in newest
    ]
