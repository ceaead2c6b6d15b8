"""Pages for people who want to check it themselves: the audit chain, its heads, and the verifier."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from accounts.access import PageRequest
from accounts.models import Community
from governance.chain import row_of, stamp
from governance.models.audit import AuditEntry, Opening, PublishedHead
from governance.queries.audit import chain_bundle, check_community, listed_entries

ENTRIES_ON_A_PAGE = 50
HEADS_IN_THE_FEED = 50


def _community(request: HttpRequest, slug: str) -> Community:
    return get_object_or_404(Community.objects.visible_to(request.user), slug=slug)


@require_safe
def chain(request: PageRequest, community: str) -> HttpResponse:
    """The entries, newest first; with ``?check=1`` the whole chain is checked first."""
    found = _community(request, community)
    listed = listed_entries(
        request.user, found, kind=request.GET.get("kind", ""), subject=request.GET.get("subject", "")
    )
    context = {
        "community": found,
        "page": Paginator(listed, ENTRIES_ON_A_PAGE).get_page(request.GET.get("page")),
        "checked": check_community(found) if request.GET.get("check") == "1" else None,
        "head": AuditEntry.objects.filter(community=found).order_by("-number").first(),
        "published": PublishedHead.objects.filter(community=found).order_by("-number").first(),
    }
    return render(request, "governance/audit.html", context)


@require_safe
def entry(request: PageRequest, community: str, entry: int) -> HttpResponse:
    """One entry: what its hash covers, and what it says to those who may read that."""
    found = _community(request, community)
    one = get_object_or_404(
        AuditEntry.objects.visible_to(request.user).select_related("community"), community=found, number=entry
    )
    opening = Opening.objects.visible_to(request.user).filter(entry=one).first()
    context = {
        "community": found,
        "entry": one,
        "row": json.dumps(row_of(one), indent=2, ensure_ascii=False),
        "said": json.dumps(json.loads(opening.text), indent=2, ensure_ascii=False) if opening else "",
        "opening": opening,
        "is_erased": not Opening.objects.filter(entry=one).exists(),
    }
    return render(request, "governance/audit_entry.html", context)


@require_safe
def bundle(request: PageRequest, community: str) -> HttpResponse:
    """The chain as a file for the verifier; with what entries say for those who may read that."""
    found = _community(request, community)
    opened = Opening.objects.visible_to(request.user).filter(entry__community=found).exists()
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}-audit-chain.json"'}
    return HttpResponse(chain_bundle(found, opened=opened), content_type="application/json", headers=headers)


@require_safe
def heads(request: PageRequest, community: str) -> HttpResponse:
    """Every published head, a line each, oldest first."""
    found = _community(request, community)
    lines = [
        json.dumps(
            {
                "community": found.slug,
                "number": head.number,
                "published_at": stamp(head.published_at),
                "row_hash": head.row_hash,
            },
            sort_keys=True,
        )
        for head in PublishedHead.objects.filter(community=found).order_by("number")
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="application/jsonl")


class HeadsFeed(Feed[PublishedHead, Community]):
    """The newest published heads as an Atom feed: whoever subscribes holds what the chain can be checked against."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, community: str) -> Community:
        return _community(request, community)

    def title(self, community: Community) -> str:
        return f"Audit heads of {community.name}"

    def subtitle(self, community: Community) -> str:
        return "Each entry names the newest link of the audit chain. Keep them: a chain that was rewritten differs."

    def link(self, community: Community) -> str:
        return reverse("governance:audit", args=[community.slug])

    def items(self, community: Community) -> Any:
        heads = PublishedHead.objects.filter(community=community).select_related("community")
        return heads.order_by("-number")[:HEADS_IN_THE_FEED]

    def item_title(self, item: Any) -> str:
        return f"{item.number} {item.row_hash}"

    def item_description(self, item: Any) -> str:
        return f"Entry {item.number} of the audit chain has the hash {item.row_hash}."

    def item_link(self, item: PublishedHead) -> str:
        return reverse("governance:audit-entry", args=[item.community.slug, item.number])

    def item_pubdate(self, item: PublishedHead) -> Any:
        return item.published_at


@require_safe
def verifier(request: PageRequest) -> FileResponse:
    """The standalone verifier: one Python file that needs nothing but Python."""
    path = Path(settings.VERIFIER)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/x-python")
