"""What a person sends from a page of this room is done once, under the key that came with the page."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from accounts.forms.keyed import KeyedForm
from accounts.idempotency import KeyReused, Reply, answer_once
from accounts.models import Member
from governance.errors import Refused


def send_once(
    request: HttpRequest,
    *,
    member: Member,
    form: KeyedForm,
    name: str,
    act: Callable[[], Any],
    said: str = "",
) -> dict[str, Any] | None:
    """Do it once; what the action gives as a mapping (else empty), or None where it was refused: the page says why.

    ``name`` tells apart what the same words do in different places: the form's name with the object's id. A refused
    action writes nothing, and its key stays free.
    """

    def reply() -> Reply:
        made = act()
        return 200, dict(made) if isinstance(made, Mapping) else {}

    body = {"form": name, **{field: _plain(value) for field, value in form.cleaned_data.items() if field != "key"}}
    try:
        _, answer = answer_once(member=member, key=form.cleaned_data["key"], body=body, act=reply)
    except (Refused, KeyReused) as refused:
        messages.warning(request, str(refused))
        return None
    if said:
        messages.success(request, said)
    return answer


def press_once(
    request: HttpRequest, *, member: Member, name: str, act: Callable[[], Any], said: str = ""
) -> dict[str, Any] | None:
    """The same for a button alone, whose form holds nothing but the key; None also where there is no key."""
    form = KeyedForm(request.POST)
    return send_once(request, member=member, form=form, name=name, act=act, said=said) if form.is_valid() else None


def say_problems(request: HttpRequest, form: KeyedForm) -> None:
    """Show what has to be mended, where the page with the form is another one."""
    for problems in form.errors.values():
        for problem in problems:
            messages.warning(request, str(problem))


def _plain(value: Any) -> Any:
    return str(value) if value is not None and not isinstance(value, (str, int, bool, list, dict)) else value
