"""What the pages of those who run something share: finding it among what they run, and doing what may be refused."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.access import PageRequest, View, ask_for_second_factor, lacks_second_factor


def organisers_of(
    running: Callable[[Any], QuerySet[Any]], *, named: str, lookup: str = "slug"
) -> Callable[[View], View]:
    """Hand a view what the address names; it does not exist for those who do not run it.

    Parameters
    ----------
    running : from a user to everything that they run
    named : the parameter of the address
    lookup : the field it is compared with
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: PageRequest, **kwargs: Any) -> HttpResponseBase:
            found = get_object_or_404(running(request.user), **{lookup: kwargs.pop(named)})
            if lacks_second_factor(request):
                return ask_for_second_factor(request)
            return view(request, found, **kwargs)

        return guarded

    return guard


def carried_out(request: HttpRequest, act: Callable[[], object], *, refusals: type[Exception], said: str = "") -> bool:
    """Do it and say so on the next page; where it is refused, that page says why."""
    try:
        act()
    except refusals as refused:
        messages.warning(request, str(refused))
        return False
    if said:
        messages.success(request, said)
    return True
