"""The demonstration's governance: a body partly drawn by lot, which really adopted the constitution."""

import pytest

from deliberation.demo.load import load_demo as load_conversations
from governance.demo.bodies import load_bodies
from governance.demo.load import load_demo
from governance.draw_files import FILES, file_of
from governance.models import Constitution, Decision, Draw, Term
from governance.queries.audit import check_community
from governance.queries.constitutions import in_force
from governance.queries.draws import panel_now
from polyphony import verify_tally
from tests.polyphony.commands import result_of

pytestmark = pytest.mark.django_db


def test_the_demonstration_governs_itself_and_is_made_once(tmp_path, client):
    load_conversations()
    assert (load_bodies(), load_demo()) == (True, True)
    assert (load_bodies(), load_demo()) == (False, False)

    version = in_force(Constitution.objects.get())
    decision = Decision.objects.get(subject_type="constitution")
    assert (version.decision, decision.state) == (str(decision.pk), "adopted")
    assert decision.subject_sha256 == version.content_sha256
    assert version.minority_reports.count() == 2
    told = verify_tally.verify(bytes(decision.bundle.data))
    assert (told["holds"], told["result"]["for"], told["result"]["against"]) == (True, 6, 1)

    draw = Draw.objects.get(state="drawn")
    panel = panel_now(draw)
    assert Term.objects.running().filter(drawn__in=panel, seat__body__name="Steering body").count() == draw.seats == 4
    for name in FILES:
        (tmp_path / name).write_text(file_of(draw, name))
    asked = ["sortition", tmp_path / "pool.csv", "--seats", 4, "--quotas", tmp_path / "quotas.csv"]
    asked += ["--seed-text", draw.seed_text, "--gone", tmp_path / "gone.csv"]
    assert result_of(tmp_path, *asked)["panel_now"] == [one.place.name for one in panel]
    assert check_community(draw.community).holds

    page = client.get("/communities/demo/transparency/").content.decode()
    for words in (decision.title, "6 for, 1 against, 1 abstained", "Drawn by lot", draw.title, "1 stepped aside"):
        assert words in page
