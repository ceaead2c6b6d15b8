"""Template tags of the shared look: icons, group badges, numbers, dates, pages of lists, bars."""

from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from frontend import navigation, numbers
from frontend.assets import STYLES
from frontend.bars import OpinionBar
from frontend.groups import group_index, group_look
from frontend.icons import PATHS

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of :mod:`frontend.icons` as inline SVG; hidden from screen readers unless it has a label."""
    heard = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>'
        '<path d="{}"/></svg>',
        heard,
        PATHS[name],
    )


@register.simple_tag
def group_badge(group: object, words: bool = True) -> SafeString:
    """An opinion group's shape with its letter, and "Group A" beside it unless ``words`` is false."""
    index = group_index(group)
    look = group_look(index)
    colour = chr(ord("a") + index % 8)
    name = f"Group {look.letter}"
    heard = mark_safe('aria-hidden="true"') if words else format_html('role="img" aria-label="{}"', name)
    return format_html(
        '<span class="group"><svg viewBox="0 0 28 28" width="28" height="28" focusable="false" {}>'
        '<path class="group__shape group__shape--{}" d="{}"/>'
        '<text class="group__letter" x="14" y="{}">{}</text></svg>{}</span>',
        heard,
        colour,
        look.outline,
        look.letter_y,
        look.letter,
        f" {name}" if words else "",
    )


@register.filter
def percent(share: float | None, n: int | None = None) -> str:
    """``{{ share|percent }}`` or ``{{ share|percent:n }}``: see :func:`frontend.numbers.percentage`."""
    return numbers.percentage(share, n)


@register.simple_tag
def interval(low: float | None, high: float | None, n: int | None = None) -> SafeString:
    """An interval of shares, as in "38–48%", in small soft type."""
    return format_html('<span class="interval">{}</span>', numbers.interval(low, high, n))


@register.filter
def counted(number: int | None, noun: str = "") -> str:
    """``{{ 3|counted:"vote" }}`` → "3 votes"; ``"person,people"`` where an s does not do; without a noun the number.

    A number that is kept back (None), since it speaks of very few people, is "a few".
    """
    if number is None:
        one, _, many = noun.partition(",")
        return f"a few {many or f'{one}s'}" if noun else "a few"
    if not noun:
        return f"{int(number):,}"
    one, _, many = noun.partition(",")
    return numbers.count(int(number), one, many or None)


@register.filter
def moment(when: datetime | date | None, style: str = "date") -> SafeString | str:
    """A date in words, in a ``<time>``: "3 March 2026"; with style ``time`` also the hour."""
    if when is None:
        return "–"
    if isinstance(when, datetime):
        local = timezone.localtime(when) if timezone.is_aware(when) else when
        words = date_format(local, "j F Y, H:i" if style == "time" else "j F Y")
        return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), words)
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), date_format(when, "j F Y"))


@register.simple_tag(takes_context=True)
def navigation_entries(context: RequestContext) -> list[tuple[navigation.Entry, bool]]:
    """The main navigation for this request: entries, and whether the page lies under each."""
    request = context["request"]
    return [(entry, entry.is_here(request.path)) for entry in navigation.entries_for(request)]


@register.simple_tag
def styles() -> tuple[str, ...]:
    """The style sheets of every page, in order."""
    return STYLES


@register.inclusion_tag("frontend/pager.html", takes_context=True)
def pager(context: RequestContext, page: Page[Any], noun: str = "") -> dict[str, Any]:
    """Links to the pages before and after, which keep the rest of the query string; nothing for a single page."""
    return {"request": context["request"], "page": page, "noun": noun}


@register.inclusion_tag("frontend/bar.html")
def opinion_bar(agree: int, passes: int, disagree: int, label: str = "", key: bool = True) -> dict[str, Any]:
    """How many agreed, passed and disagreed, as one bar with its words."""
    return {"bar": OpinionBar(agree=agree, passes=passes, disagree=disagree), "label": label, "key": key}
