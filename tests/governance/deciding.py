"""Takes decisions for tests: the whole way from the proposal through votes to the clock's end."""

from datetime import timedelta
from fractions import Fraction

from django.utils import timezone

from governance import subjects
from governance.actions.decisions import settle
from governance.actions.voting import cast_ballot
from governance.procedure import Rule
from tests.factories.governance import LENIENT, holders, make_decision

#: Enough for a release at medium risk.
STRICT = Rule(quorum=Fraction(1, 2), threshold=Fraction(1, 2), minimum_open_hours=24)


def decide(body, subject, choice="for", rule=LENIENT):
    """A decision about the subject on which everybody votes the same, closed by the clock."""
    text = subjects.kind_of(subject.type).text(subject)
    opened = timezone.now() - timedelta(hours=200)
    decision = make_decision(
        body, subject=subject, text=text, rule=rule, now=opened, open_hours=max(24, rule.minimum_open_hours)
    )
    for member in holders(body):
        cast_ballot(decision=decision, member=member, choice=choice, now=opened + timedelta(hours=1))
    return settle(decision=decision)
