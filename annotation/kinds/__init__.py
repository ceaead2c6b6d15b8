"""The kinds of questions, each registered once."""

from annotation.kinds.base import Fact, Kind, Settings, Texts, Unfit, options_of, plain
from annotation.kinds.choice import Categories, Safety
from annotation.kinds.pairwise import Pairwise
from annotation.kinds.ranking import Ranking
from annotation.kinds.rating import Rating
from annotation.kinds.texts import check_content, texts_of
from annotation.kinds.words import FreeText, Spans

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (Pairwise(), Rating(), Ranking(), Categories(), Safety(), FreeText(), Spans())
}
FLAGS = {
    "values_conflict": "Values conflict",
    "underspecified": "Underspecified",
    "it_depends": "It depends",
    "did_not_understand": "I did not understand",
}
FLAG_ASKS = {
    "values_conflict": "Which values pull in different directions?",
    "underspecified": "Which question would you ask first?",
    "it_depends": "On what does it depend?",
    "did_not_understand": "What was unclear?",
}

__all__ = [
    "FLAGS",
    "FLAG_ASKS",
    "KINDS",
    "Fact",
    "Kind",
    "Settings",
    "Texts",
    "Unfit",
    "check_content",
    "options_of",
    "plain",
    "texts_of",
]
