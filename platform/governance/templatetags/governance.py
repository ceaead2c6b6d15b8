"""Template tags of the governance room: amounts of money, and who let an artifact go."""

from django import template

from governance.gate import Verdict
from governance.provenance import approval_line

register = template.Library()


@register.filter
def money(cents: int | None, currency: str = "") -> str:
    """``{{ 1250|money:"EUR" }}`` → "12.50 EUR"."""
    if cents is None:
        return "–"
    sign, cents = ("−" if cents < 0 else ""), abs(int(cents))
    return f"{sign}{cents // 100:,}.{cents % 100:02d} {currency}".strip()


@register.simple_tag
def approvals_of(verdict: Verdict) -> list[str]:
    """The decisions that opened an artifact, each in a sentence."""
    return [approval_line(approval) for approval in verdict.approvals]
