"""Give imported statements the key that tells equal words, where the same words have none in the conversation yet."""

import hashlib
from typing import Any

from django.db import migrations

ERASED = "This statement was erased by its author."


def key_of(text: str) -> str:
    """As ``Statement.key_of`` made it when this was written."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


def fill(apps: Any, schema_editor: Any) -> None:
    """The first statement with some words gets the key; those that say the same again stay without one."""
    statement = apps.get_model("deliberation", "Statement")
    without = statement.objects.filter(text_key="").exclude(text__in=["", ERASED])
    for conversation in without.order_by().values_list("conversation", flat=True).distinct():
        of_it = statement.objects.filter(conversation=conversation)
        said = set(of_it.exclude(text_key="").values_list("text_key", flat=True))
        changed = []
        for one in without.filter(conversation=conversation).order_by("number").only("pk", "text"):
            key = key_of(one.text)
            if one.text.strip() and key not in said:
                said.add(key)
                one.text_key = key
                changed.append(one)
        statement.objects.bulk_update(changed, ["text_key"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("deliberation", "0006_imports_in_full")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
