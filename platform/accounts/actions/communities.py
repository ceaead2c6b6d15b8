"""Making and changing communities, and what people are asked to agree to."""

from django.db import transaction
from django.utils.text import slugify

from accounts.actions.members import join_community
from accounts.models import Community, ConsentText, Role, User


def free_slug(name: str) -> str:
    """An address for a new community that no other has: its name, with a number when needed."""
    wanted = slugify(name)[:70] or "community"
    taken = {"new", *Community.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)}
    number = 2
    slug = wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


@transaction.atomic
def create_community(
    *,
    name: str,
    slug: str = "",
    description: str = "",
    is_public: bool = True,
    open_entry: bool = False,
    is_synthetic: bool = False,
    small_cell: int = 5,
    created_by: User | None = None,
) -> Community:
    """Found a community; whoever makes it becomes its first admin."""
    community = Community.objects.create(
        name=name,
        slug=slug or free_slug(name),
        description=description,
        is_public=is_public,
        open_entry=open_entry,
        is_synthetic=is_synthetic,
        small_cell=small_cell,
    )
    if created_by is not None:
        join_community(community=community, user=created_by, invited=True, roles=[Role.ADMIN])
    return community


def change_community(
    *, community: Community, name: str, description: str, is_public: bool, open_entry: bool, small_cell: int
) -> Community:
    """Change how a community presents itself and whom it lets in; its address stays."""
    community.name = name
    community.description = description
    community.is_public = is_public
    community.open_entry = open_entry
    community.small_cell = small_cell
    community.save(update_fields=["name", "description", "is_public", "open_entry", "small_cell"])
    return community


@transaction.atomic
def publish_consent_text(*, community: Community, body: str) -> ConsentText:
    """Ask people to agree to this text from now on; the same text again changes nothing.

    Members who agreed to an older version are asked anew before their next answer; what they agreed to stays on
    record with the older text.
    """
    body = body.replace("\r\n", "\n").strip()
    # One publisher at a time: the version is the next number.
    Community.objects.select_for_update().get(pk=community.pk)
    newest = ConsentText.objects.filter(community=community).order_by("-version").first()
    if newest is not None and newest.body == body:
        return newest
    version = newest.version + 1 if newest else 1
    return ConsentText.objects.create(
        community=community, version=version, body=body, sha256=ConsentText.sha256_of(body)
    )
