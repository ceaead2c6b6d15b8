"""Named reads of the annotation room.

:mod:`annotation.queries.rows` is what other rooms build on.
"""

from annotation.queries.rows import AnswerRow, answer_rows, groups_of, questions_of

__all__ = ["AnswerRow", "answer_rows", "groups_of", "questions_of"]
