"""How a decision runs, without a database: rules, counting, and which move is allowed when.

The actions of this room ask these functions and then write rows; the standalone verifier comes to the same results by
code of its own.
"""

from governance.procedure.case import Case, Choice, Elector, Objection, Round, Veto
from governance.procedure.count import Count, count
from governance.procedure.moves import answer, cast, object_to, open_case, recuse, veto, withdraw_objection
from governance.procedure.rule import Rule
from governance.procedure.states import ALLOWED, ENDED, State
from governance.procedure.steps import Step, advance, next_step

__all__ = [
    "ALLOWED",
    "ENDED",
    "Case",
    "Choice",
    "Count",
    "Elector",
    "Objection",
    "Round",
    "Rule",
    "State",
    "Step",
    "Veto",
    "advance",
    "answer",
    "cast",
    "count",
    "next_step",
    "object_to",
    "open_case",
    "recuse",
    "veto",
    "withdraw_objection",
]
