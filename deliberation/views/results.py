"""What a conversation has found: the map of opinions, what is shared, what divides, and every statement."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import PageRequest
from accounts.queries import member_of
from deliberation.models import Conversation, OpinionMap
from deliberation.queries import find_conversation
from deliberation.queries import result_rows as shaped
from deliberation.queries import results as stored
from deliberation.queries.small_cells import publishable
from deliberation.views import pictures
from frontend.addresses import whole_number
from frontend.groups import group_look
from frontend.map_picture import Place
from frontend.numbers import percentage

ROWS_ON_A_PAGE = 10
SHARED_SHOWN = 5


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it does not say, or says wrongly, is as usual."""

    layout: str
    grouping: str
    sort: str
    statement: int | None
    zoom: str

    @classmethod
    def of(cls, query: QueryDict) -> "Wanted":
        """Read the address."""
        return cls(
            layout=_one_of(query.get("layout"), stored.LAYOUTS),
            grouping=_one_of(query.get("grouping"), OpinionMap.Grouping.values),
            sort=_one_of(query.get("sort"), shaped.SORTS),
            statement=whole_number(query.get("statement", "")),
            zoom=query.get("zoom", "")[:1],
        )


@never_cache
@require_safe
def results(request: PageRequest, slug: str) -> HttpResponse:
    """The whole page; before there is a map, what is still needed for one."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    wanted = Wanted.of(request.GET)
    maps = stored.newest_maps(found)
    computed = maps.get(OpinionMap.Grouping.COMPUTED)
    may_run = Conversation.objects.run_by(request.user).filter(pk=found.pk).exists()
    context: dict[str, Any] = {"conversation": found, "wanted": wanted, "may_run": may_run}
    shown = maps.get(wanted.grouping) or computed
    context["freshness"] = stored.freshness(found, shown.last_event if shown else None)
    context["map_id"] = computed.pk if computed else 0
    voters = shown.run.result["participants"] if shown else stored.count_voters(found)
    result = publishable(shown.run.result, least=found.community.small_cell) if shown else {}
    if shown is None or voters < stored.LEAST_VOTERS or not result["groups"]:
        context |= {"voters": voters, "least": stored.LEAST_VOTERS, "missing": max(stored.LEAST_VOTERS - voters, 0)}
        context["smallest_shown"] = found.community.small_cell if result and not result["groups"] else 0
        return render(request, "deliberation/results_waiting.html", context)
    own = stored.own_number(found, member_of(request.user, found.community))
    places = stored.second_layout(maps)
    second = places if wanted.layout == "umap" and places else None
    context |= _described(found, shown, result, wanted, own, second)
    context["has_umap"] = bool(places)
    context["page"] = Paginator(context["rows"], ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context["choices"] = sorted({*context["choices"], *((row.number, row.text) for row in context["page"].object_list)})
    context["bars"] = pictures.bars_figure(context["page"].object_list, wanted.sort)
    context["has_imported"] = OpinionMap.Grouping.IMPORTED in maps
    context["groupings"] = OpinionMap.Grouping
    if shown is not computed and computed is not None:
        least = found.community.small_cell
        beside = publishable(computed.run.result, least=least)
        context["computed"] = stored.picture_of(beside, second=second, own=own)
        context["computed_groups"] = shaped.groups_of(beside)
        context["overlap"] = shaped.overlap(result, beside, least=least)
    return render(request, "deliberation/results.html", context)


@never_cache
@require_safe
def live(request: PageRequest, slug: str) -> HttpResponse:
    """How new the page is; a page that shows an older map is told to load again."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    seen = request.GET.get("map", "")
    newest = stored.newest_map(found, OpinionMap.Grouping.COMPUTED)
    context = {
        "conversation": found,
        "map_id": newest.pk if newest else 0,
        "as_of": newest.votes_as_of if newest else None,
        "freshness": stored.freshness(found, newest.last_event if newest else None),
    }
    response = render(request, "deliberation/results_live.html", context)
    if newest is not None and seen.isdecimal() and int(seen) != newest.pk:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_safe
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers behind a picture as CSV: ``?table=statements``, ``map`` or ``groups``."""
    found = get_object_or_404(find_conversation(request.user), slug=slug)
    wanted = Wanted.of(request.GET)
    shown = stored.newest_maps(found).get(wanted.grouping)
    writers = {"statements": _statement_table, "map": _map_table, "groups": _group_table}
    name = request.GET.get("table", "statements")
    if shown is None or name not in writers or shown.run.result["participants"] < stored.LEAST_VOTERS:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{name}.csv"'
    result = publishable(shown.run.result, least=found.community.small_cell)
    csv.writer(response).writerows(writers[name](found, result, wanted))
    return response


def _described(
    found: Conversation,
    shown: OpinionMap,
    result: shaped.Result,
    wanted: Wanted,
    own: str | None,
    second: dict[str, Place] | None,
) -> dict[str, Any]:
    """Everything that the page says of one map."""
    texts = stored.shown_texts(found)
    rows = shaped.statement_rows(result, texts)
    by_number = {row.number: row for row in rows}
    chosen = by_number.get(wanted.statement) if wanted.statement is not None else None
    notes = {g.index: _says(t) for g, t in chosen.by_group} if chosen else None
    title = pictures.titled(result, imported=shown.grouping == OpinionMap.Grouping.IMPORTED)
    groups = shaped.groups_of(result)
    tried = shaped.candidates(result)
    own_group = stored.own_group(result, own)
    standing = shaped.standpoints(result, by_number)
    agreed = shaped.shared_by_most(result, by_number, "agree")
    refused = shaped.shared_by_most(result, by_number, "disagree")
    divided = shaped.divisions(result, by_number)
    return {
        "map": shown,
        "as_of": shown.votes_as_of,
        "result": result,
        "groups": groups,
        "least": found.community.small_cell,
        "picture": stored.picture_of(result, second=second, own=own, notes=notes, zoom=wanted.zoom),
        "figure": pictures.map_figure(result, texts, title=title, second=second, own=own, notes=notes),
        "silhouettes": pictures.silhouette_figure(tried),
        "stability": pictures.stability_figure(tried),
        "chosen": chosen,
        "choices": _worth_showing(standing, agreed, refused, divided),
        "own_group": None if own_group is None else group_look(own_group).letter,
        "ungrouped": len(result["points"]) - sum(group.size for group in groups),
        "standing": standing,
        "agreed": agreed,
        "refused": refused,
        "across": _across_groups(rows, len(groups)),
        "divided": divided,
        "rows": shaped.in_order(rows, wanted.sort),
        "tried": tried,
        "stable": result["stable"],
    }


def _says(tally: shaped.Tally) -> str:
    return "too few votes" if tally.hidden else f"{percentage(tally.share)} agree"


def _across_groups(rows: Sequence[shaped.StatementRow], groups: int) -> list[shaped.StatementRow]:
    """What all groups agree on: at least half of each, by group-informed consensus."""
    if groups < 2:
        return []
    agreed = [row for row in rows if all(2 * t.agree > t.seen for _, t in row.by_group)]
    return shaped.in_order(agreed, "shared")[:SHARED_SHOWN]


def _worth_showing(
    standing: Iterable[tuple[shaped.Group, list[shaped.Standpoint]]],
    *lists: Iterable[shaped.StatementRow | shaped.Division],
) -> list[tuple[int, str]]:
    """Statements to look at on the map, each once."""
    texts = {line.number: line.text for _, lines in standing for line in lines}
    for rows in lists:
        texts |= {row.number: row.text for row in rows}
    return sorted(texts.items())


def _statement_table(found: Conversation, result: shaped.Result, wanted: Wanted) -> Iterable[Sequence[object]]:
    rows = shaped.statement_rows(result, stored.shown_texts(found))
    counted = ("agree", "pass", "disagree", "agree_share_low", "agree_share_high")
    names = ["all", *(group.letter for group in shaped.groups_of(result))]
    head = ["statement", "text", "group_informed_consensus", "difference_between_groups"]
    yield [*head, *(f"{name}_{column}" for name in names for column in counted)]
    for row in shaped.in_order(rows, wanted.sort):
        tallies = [row.everyone, *(tally for _, tally in row.by_group)]
        cells = [cell for t in tallies for cell in _cells(t)]
        consensus = "" if row.consensus is None else round(row.consensus, 6)
        yield [row.number, _as_text(row.text), consensus, round(row.difference, 6), *cells]


def _cells(tally: shaped.Tally) -> tuple[object, ...]:
    """Empty where the counts rest on too few people to be told."""
    if tally.hidden:
        return ("",) * 5
    return tally.agree, tally.passes, tally.disagree, round(tally.low, 4), round(tally.high, 4)


def _map_table(found: Conversation, result: shaped.Result, wanted: Wanted) -> Iterable[Sequence[object]]:
    """Places by group, in the order of the places: nothing says who stands there."""
    yield ["group", "x", "y"]
    letters = {group.id: group.letter for group in shaped.groups_of(result)}
    yield from sorted((letters.get(p["group"], ""), p["x"], p["y"]) for p in result["points"])


def _group_table(found: Conversation, result: shaped.Result, wanted: Wanted) -> Iterable[Sequence[object]]:
    yield ["number_of_groups", "silhouette", "stability", "shown"]
    for one in shaped.candidates(result):
        yield [one.k, one.silhouette, "" if one.stability is None else one.stability, int(one.shown)]


def _as_text(text: str) -> str:
    """A cell that spreadsheets read as words, whatever a participant wrote at its beginning."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _one_of(value: str | None, known: Sequence[str]) -> str:
    return value if value is not None and value in known else known[0]
