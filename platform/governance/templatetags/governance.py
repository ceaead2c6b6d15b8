"""Template tags of the governance room: amounts of money."""

from django import template

register = template.Library()


@register.filter
def money(cents: int | None, currency: str = "") -> str:
    """``{{ 1250|money:"EUR" }}`` → "12.50 EUR"."""
    if cents is None:
        return "–"
    sign, cents = ("−" if cents < 0 else ""), abs(int(cents))
    return f"{sign}{cents // 100:,}.{cents % 100:02d} {currency}".strip()
