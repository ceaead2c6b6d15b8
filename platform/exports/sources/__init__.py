"""What an export can be made of: a study, or a conversation."""

from exports.models import Export
from exports.sources.base import Asked, Clean, Source
from exports.sources.conversations import ConversationSource
from exports.sources.studies import StudySource

__all__ = ["Asked", "Clean", "Source", "source_of"]


def source_of(export: Export) -> Source:
    """What this export is made of."""
    if export.study is not None:
        return StudySource(export.study)
    if export.conversation is not None:
        return ConversationSource(export.conversation)
    raise ValueError(f"export {export.pk} is made of nothing")
