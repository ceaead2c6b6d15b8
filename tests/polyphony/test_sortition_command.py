"""`polyphony sortition` on files."""

from aggregation.algorithms.sortition import commitment
from tests.aggregation.algorithms.test_sortition import PEOPLE, QUOTAS, meets
from tests.polyphony.commands import refusal_of, result_of


def files(tmp_path, rows=None, quotas=QUOTAS):
    pool, limits = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    people = [f"{name},{p['gender']},{p['age']},{p['town']}" for name, p in PEOPLE.items()]
    pool.write_text("\n".join(["id,gender,age,town", *(people if rows is None else rows)]) + "\n")
    lines = [f"{q.feature},{q.value},{q.least},{q.most}" for q in quotas]
    limits.write_text("\n".join(["feature,value,min,max", *lines]) + "\n")
    return pool, limits


def test_the_same_files_draw_the_same_panel(tmp_path):
    pool, limits = files(tmp_path)
    asked = ("sortition", pool, "--seats", 6, "--quotas", limits, "--seed-text", "Ziehung 3. März")
    first = result_of(tmp_path, *asked)
    assert result_of(tmp_path, *asked) == first
    assert meets(first["panel"], PEOPLE, QUOTAS, 6)
    assert first["least_probability"] >= 0.99 * first["optimum"]
    assert set(first["selection_probabilities"]) == set(PEOPLE)
    assert first["commitment"] == commitment(PEOPLE, QUOTAS, 6)


def test_conflicting_quotas_are_named(tmp_path, capsys):
    quotas = [QUOTAS[0], QUOTAS[0].__class__("gender", "m", 5, 6), QUOTAS[3]]
    pool, limits = files(tmp_path, quotas=quotas)
    line = refusal_of(capsys, "sortition", pool, "--seats", 6, "--quotas", limits, "--seed-text", "x")
    assert "gender=f (2 to 3), 12 in the pool; gender=m (5 to 6), 12 in the pool" in line
    assert "town" not in line


def test_bad_rows_are_named(tmp_path, capsys):
    pool, limits = files(tmp_path, rows=["p1,f,old,a", "p1,m,old,b"])
    asked = ("sortition", pool, "--seats", 1, "--quotas", limits, "--seed-text", "x")
    assert "row 3, column 'id': 'p1' stands twice" in refusal_of(capsys, *asked)
    limits.write_text("feature,value,min,max\ngender,f,one,2\n")
    assert "row 2, column 'min': 'one' should be a whole number" in refusal_of(capsys, *asked)


def test_who_dropped_out_is_replaced_from_the_table_of_the_gone(tmp_path):
    pool, limits = files(tmp_path)
    asked = ("sortition", pool, "--seats", 6, "--quotas", limits, "--seed-text", "x")
    first = result_of(tmp_path, *asked)["panel"]
    gone = tmp_path / "gone.csv"
    gone.write_text(f"id,draw\n{first[0]},1\n{first[1]},1\n")
    once = result_of(tmp_path, *asked, "--gone", gone)
    [[*new]] = once["replacements"]
    assert once["panel"] == first
    assert once["panel_now"] == sorted({*first[2:], *new})
    assert meets(once["panel_now"], PEOPLE, QUOTAS, 6)
    gone.write_text(f"id,draw\n{first[0]},1\n{first[1]},1\n{new[0]},2\n")
    twice = result_of(tmp_path, *asked, "--gone", gone)
    assert twice["replacements"][0] == new
    assert meets(twice["panel_now"], PEOPLE, QUOTAS, 6)
    assert new[0] not in twice["panel_now"]


def test_a_table_of_the_gone_that_cannot_be_followed_is_refused(tmp_path, capsys):
    pool, limits = files(tmp_path)
    gone = tmp_path / "gone.csv"
    asked = ("sortition", pool, "--seats", 6, "--quotas", limits, "--seed-text", "x", "--gone", gone)
    for rows, words in (
        ("p00,1\np00,2", "row 3, column 'id': 'p00' stands twice"),
        ("p00,0", "row 2, column 'draw': '0' should be a whole number from 1"),
        ("p00,2", "the numbers of replacements are [2]"),
        ("nobody,1", "gone=['nobody'] should be in the pool"),
    ):
        gone.write_text(f"id,draw\n{rows}\n")
        assert words in refusal_of(capsys, *asked)
