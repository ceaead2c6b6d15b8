"""The people of an import: members who cannot sign in, and the numbers that files know them by."""

# Shapes: P participants.

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from accounts.models import Member, User
from deliberation.formats import PolisFolder
from deliberation.formats.polis_votes import strangers
from deliberation.models import Conversation, ImportedFolder, Participation

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_NUMBER = 2_147_483_647


def import_people(conversation: Conversation, folder: PolisFolder) -> dict[str, Member]:
    """A member for everyone in the matrix, and for everyone who only appears in votes.csv."""
    ids = [*folder.participants, *strangers(folder.events, folder.participants)]
    users = User.objects.bulk_create(User(username=f"imported-{uuid.uuid4()}", password="!") for _ in ids)
    made = Member.objects.bulk_create(
        Member(community=conversation.community, user=user, pseudonym=f"{conversation.slug[:40]} {place}")
        for place, user in enumerate(users, start=1)
    )
    members = dict(zip(ids, made, strict=True))
    numbers = numbers_of(ids)
    joined = _first_seen(folder)
    rows = []
    for place, given in enumerate(ids):
        kept: dict[str, Any] = {} if str(numbers[place]) == given else {"id": given}
        if place >= len(folder.participants):
            kept["only_in_votes"] = True
        else:
            kept["cells"] = [cells[place] for cells in folder.participant_cells.values()]
        rows.append(
            Participation(
                conversation=conversation,
                member=members[given],
                number=numbers[place],
                xid=folder.xids.get(given, ""),
                imported_group=folder.group_ids[place] if place < len(folder.participants) else "",
                imported=kept,
                joined_at=joined.get(given, conversation.created_at),
            )
        )
    Participation.objects.bulk_create(rows, batch_size=2000)
    return members


def _first_seen(folder: PolisFolder) -> dict[str, datetime]:
    """When each participant first voted, so that a later reading finds them in the folder's own order.

    Without events the order alone is known: moments a second apart stand for it.
    """
    if folder.events is not None:
        voters, where = np.unique(folder.events.voter_ids, return_inverse=True)
        first = np.full(len(voters), np.iinfo(np.int64).max)
        np.minimum.at(first, where, folder.events.timestamps // 1000)
        return {
            voter: EPOCH + timedelta(seconds=second)
            for voter, second in zip(voters.tolist(), first.tolist(), strict=True)
        }
    base = folder.comments[0].timestamp if folder.comments else None
    start = EPOCH + timedelta(milliseconds=base or 0)
    order = folder.first_vote_order.tolist()
    return {folder.participants[who]: start + timedelta(seconds=place) for place, who in enumerate(order)}


def forget_imported(participation: Participation) -> None:
    """Remove what an import said of one person, but for the number that others' rows go by."""
    known = str(participation.imported.get("id", participation.number))
    kept = {key: held for key, held in participation.imported.items() if key in {"id", "only_in_votes"}}
    participation.xid, participation.imported_group, participation.imported = "", "", kept | {"erased": True}
    participation.save(update_fields=["xid", "imported_group", "imported"])
    folder = ImportedFolder.objects.select_for_update().filter(conversation=participation.conversation).first()
    if folder is not None:
        for table in folder.tables.values():
            columns = table["layout"]["columns"]
            if "participant" in columns:
                place = columns.index("participant")
                table["rows"] = [row for row in table["rows"] if row[place] != known]
        folder.save(update_fields=["tables"])


def numbers_of(ids: Sequence[str]) -> list[int]:
    """Each id as a number: itself where it is one, else the next that no other has."""
    short = (
        text if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_NUMBER)) else "" for text in ids
    )
    plain = [int(text) if text and str(int(text)) == text else -1 for text in short]
    plain = [number if number <= LARGEST_NUMBER else -1 for number in plain]
    free = max(plain, default=-1) + 1
    numbers = []
    for number in plain:
        if number < 0:
            number, free = free, free + 1
        numbers.append(number)
    return numbers
