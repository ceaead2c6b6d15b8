"""An item and its questions as a page shows them: texts made safe, in the order shown, each answer a named field."""

from annotation.presentation.asking import questions_html
from annotation.presentation.task import ShownTask, shown_questions, shown_task

__all__ = ["ShownTask", "questions_html", "shown_questions", "shown_task"]
