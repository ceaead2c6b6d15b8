"""The client against a server that really listens: push, pull, download."""

import hashlib
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.api_keys import make_api_key
from accounts.models import Role
from annotation.actions.conflict_cases import validate_item
from annotation.models import Item, Response, Study
from polyphony import Client
from polyphony.client import ClientError
from tests.exports.studies import add_item, answer, built, make_study, people_of
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def study() -> Any:
    made = make_study()
    item = add_item(made, "lie")
    for number, member in enumerate(people_of(made.community, "yyo")):
        value = {"chosen": ("r1", "r2", "tie")[number], "strength": 1 if number < 2 else None}
        answer(item, member, {"better": {"value": value, "why": "So.", "flags": {"it_depends": ""}}})
    return made


def client_of(study: Any, live_server: Any, *roles: str, scopes: tuple[str, ...] = ("read", "write")) -> Client:
    member = MemberFactory(community=study.community, roles=list(roles))
    _, secret = make_api_key(member=member, name="script", scopes=list(scopes))
    return Client(live_server.url, secret, attempts=2)


def test_answers_come_as_arrow_and_as_a_frame_with_names_that_stay(study: Any, live_server: Any) -> None:
    client = client_of(study, live_server, Role.RESEARCHER, scopes=("read",))

    table = client.answers(study.slug)
    frame = client.answers_frame(study.slug)
    batches = list(client.answer_batches(study.slug))

    assert table.num_rows == len(frame) == sum(batch.num_rows for batch in batches) == 3
    assert sorted(frame.value) == ["r1", "r2", "tie"]
    assert frame["flags"].tolist() == [{"it_depends": ""}] * 3
    assert sorted(str(groups) for groups in frame["groups"]) == ["{'age': ['18_29']}"] * 2 + ["{'age': ['50']}"]
    assert table["rater"].to_pylist() == client.answers(study.slug)["rater"].to_pylist()
    assert not {str(response.member_id) for response in Response.objects.all()} & set(frame.rater)
    newest = Response.objects.order_by("-changed_at").first()
    assert newest is not None
    assert client.answers(study.slug, since=newest.changed_at).num_rows == 0


def test_what_a_program_made_comes_once_people_have_validated_it(study: Any, live_server: Any) -> None:
    client = client_of(study, live_server, Role.RESEARCHER, scopes=("read",))
    Study.objects.filter(pk=study.pk).update(validations_wanted=2)
    made = add_item(study, "made", is_synthetic=True)
    voucher, second = people_of(study.community, "yo")
    answer(made, voucher, {"better": {"value": {"chosen": "tie", "strength": None}}})
    validate_item(item=made, by=voucher)
    before = timezone.now()

    held = client.answers_frame(study.slug)
    validate_item(item=made, by=second)
    whole = client.answers_frame(study.slug)
    since = client.answers_frame(study.slug, since=before)

    assert set(held.item) == {"lie"}
    assert not held.synthetic.any()
    assert whole.groupby("item").synthetic.all().to_dict() == {"lie": False, "made": True}
    assert since.item.tolist() == ["made"]
    built(study, k=1)
    (export,) = client_of(study, live_server, Role.STEWARD).exports()
    assert export["manifest"]["counts"]["items"] == whole.item.nunique()


def test_pushing_items_twice_adds_none(study: Any, live_server: Any) -> None:
    client = client_of(study, live_server, Role.RESEARCHER)
    pair = {"responses": [{"id": one, "text": one} for one in "ab"]}
    items: list[dict[str, Any]] = [{"name": f"n{number}", "content": pair} for number in range(5)]
    items.append({"name": "empty", "content": {}})

    first = client.push_items(study.slug, items, at_once=2)
    second = client.push_items(study.slug, items, at_once=4)

    assert (first.added, [(one["row"], one["name"]) for one in first.refused]) == (5, [(6, "empty")])
    assert (second.added, len(second.refused)) == (0, 6)
    assert Item.objects.filter(study=study).count() == 6
    assert [one["slug"] for one in client.studies()] == [study.slug]


def test_a_download_is_checked_and_goes_on_where_it_stopped(study: Any, live_server: Any, tmp_path: Path) -> None:
    steward = client_of(study, live_server, Role.STEWARD, scopes=("read",))
    export = built(study, k=1)
    (known,) = steward.exports()

    whole = steward.download(known, tmp_path).read_bytes()
    part = tmp_path / f"half.zip.{export.sha256[:12]}.part"
    part.write_bytes(whole[:1000])
    again = steward.download(str(export.pk), tmp_path / "half.zip")

    assert hashlib.sha256(whole).hexdigest() == export.sha256
    assert again.read_bytes() == whole
    part.write_bytes(b"x" * 1000)
    with pytest.raises(ClientError, match="Nothing was kept"):
        steward.download(str(export.pk), tmp_path / "half.zip")
    assert not part.exists()


def test_refusals_are_told_in_words(study: Any, live_server: Any, tmp_path: Path) -> None:
    export = built(study, k=1)
    other = client_of(study, live_server, Role.RESEARCHER, scopes=("read",))

    with pytest.raises(ClientError, match="No decision has approved") as closed:
        other.download(str(export.pk), tmp_path)
    with pytest.raises(ClientError, match="does not allow that"):
        other.push_items(study.slug, [{"name": "a", "content": {}}])
    with pytest.raises(ClientError, match="not known"):
        Client(live_server.url, "poly_00000000_no", attempts=1).studies()
    with pytest.raises(ClientError) as missing:
        other.answers("no-such-study")
    with pytest.raises(ClientError) as participant:
        client_of(study, live_server).answers(study.slug)
    with pytest.raises(ClientError, match="cannot be reached"):
        Client("http://127.0.0.1:9", "poly_x_y", attempts=1).studies()
    assert (closed.value.status, missing.value.status, participant.value.status) == (403, 404, 404)


def test_a_busy_server_is_asked_again() -> None:
    """A server that says 503 once and then answers."""
    replies = [
        b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 31\r\nConnection: close\r\n\r\n{"results": [{}], "next": null}',
    ]
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for reply in replies:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(reply)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listener:
        found = Client(f"http://127.0.0.1:{listener.getsockname()[1]}", "poly_x_y").studies()
        thread.join(timeout=5)
    assert found == [{}]
