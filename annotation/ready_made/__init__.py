"""Ready-made studies and question sets: made of the ordinary kinds, so that nothing else has to know them."""

from annotation.ready_made.sets import EDGE_SETS, SETS, questions_of_set
from annotation.ready_made.templates import TEMPLATES

__all__ = ["EDGE_SETS", "SETS", "TEMPLATES", "questions_of_set"]
