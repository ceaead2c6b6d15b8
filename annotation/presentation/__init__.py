"""An item and its questions as a page shows them: texts made safe, in the order shown, each answer a named field."""

from annotation.presentation.task import ShownTask, shown_task

__all__ = ["ShownTask", "shown_task"]
