"""`polyphony slate`, `check` and `match` on the command line."""

import ast
import csv
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from polyphony.cli import polyphony
from polyphony.errors import BadInput

B1 = [[4, 1, 0], [4, 1, 3], [0, 3, 3], [0, 3, 4]]
A1 = 4 * [[1, 1, 1, 0]] + 2 * [[0, 0, 0, 1]]


def run(*arguments: object, given: str | None = None) -> dict[str, Any]:
    result = CliRunner().invoke(
        polyphony, [str(a) for a in arguments], input=given, catch_exceptions=False, standalone_mode=False
    )
    assert result.exit_code == 0
    return dict(json.loads(result.stdout))


def rows(path: Path, header: Sequence[object], lines: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *lines])
    return path


def table(path: Path, values: Sequence[Sequence[object]]) -> Path:
    """Voters v0, v1, … and candidates c0, c1, …"""
    header = ["voter", *(f"c{c}" for c in range(len(values[0])))]
    return rows(path, header, [[f"v{v}", *row] for v, row in enumerate(values)])


def sparse(path: Path, n: int = 120, m: int = 12) -> tuple[Path, Path]:
    """A table in which later candidates were seen by fewer, with the groups' file beside it."""
    values = [
        [("" if (v * 7 + c * 3) % m < c // 2 * 2 else int((v + c) % 5 > (v % 2))) for c in range(m)] for v in range(n)
    ]
    groups = rows(path.with_name("groups.csv"), ["voter", "group"], [[f"v{v}", v % 2] for v in range(n)])
    return table(path, values), groups


@pytest.mark.parametrize("rule", ["phragmen", "mes", "seqpav"])
def test_slate_with_certificates(tmp_path: Path, rule: str) -> None:
    path = table(tmp_path / "a1.csv", A1)
    told = run("slate", path, "--k", 3, "--rule", rule, "--check", "ejr+,jr")
    assert sorted(told["slate"]) == ["c0", "c1", "c3"]
    assert [(c["axiom"], c["scope"], c["holds"], c["witness"]) for c in told["certificates"]] == [
        ("ejr+", "dense", True, None),
        ("jr", "dense", True, None),
    ]
    assert told["exposure"] == {"c0": 6, "c1": 6, "c2": 6, "c3": 6}
    assert told["exposure_correlation"] is None
    assert told["warnings"] == []
    assert told["engine"]["parameters"]["rule"] == rule
    assert told["input_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_weights_count_as_people(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [[1, 0], [0, 1]])
    weights = rows(tmp_path / "w.csv", ["voter", "weight"], [["v1", 3], ["v0", 1], ["elsewhere", 9]])
    told = run("slate", path, "--k", 1, "--rule", "av", "--weights", weights)
    assert (told["slate"], told["effective_n"]) == (["c1"], 1.6)
    assert run("slate", path, "--k", 1, "--rule", "av")["slate"] == ["c0"]


def test_rules_with_an_assignment(tmp_path: Path) -> None:
    path = table(tmp_path / "b1.csv", B1)
    costs = rows(tmp_path / "c.csv", ["candidate", "cost"], [["c0", 2], ["c1", 2], ["c2", 2]])
    for more in (["--rule", "bjr", "--k", 2], ["--rule", "prose"]):
        told = run("slate", path, *more, "--costs", costs, "--budget", 4, "--check", "bjr,cbjr")
        assert told["assignment"] == dict(zip(["v0", "v1", "v2", "v3"], ["c0", "c0", *["c1", "c1"]], strict=True)) or (
            more[1] == "prose" and set(told["slate"]) == {"c0", "c2"}
        )
        assert [c["holds"] for c in told["certificates"]] == [True, True]
        assert told["unmatched"] == []


def test_missing_cells_are_refused_counted_or_imputed(tmp_path: Path) -> None:
    path, groups = sparse(tmp_path / "t.csv")
    with pytest.raises(BadInput, match=r"t\.csv, row \d+, column 'c\d+': the first of \d+ empty cells among 1440"):
        run("slate", path, "--k", 3, "--rule", "mes")
    zero = run("slate", path, "--k", 3, "--rule", "mes", "--missing", "zero", "--check", "jr,ejr+")
    assert [c["scope"] for c in zero["certificates"]] == ["observed", "observed"]
    assert zero["exposure_correlation"] > 0.5
    assert any(f"correlation {zero['exposure_correlation']:.2f}" in warning for warning in zero["warnings"])
    assert "inclusion" not in zero
    asked = ["slate", path, "--k", 3, "--rule", "mes", "--missing", "impute", "--groups", groups, "--check", "jr,ejr+"]
    imputed = run(*asked, "--seed", 1)
    assert sum(imputed["inclusion"].values()) == pytest.approx(3)
    assert set(imputed["inclusion"]) == set(imputed["exposure"])
    assert len(imputed["top_by_inclusion"]) == len(imputed["slate"]) == 3
    assert imputed["draws"] == 100
    assert [(c["scope"], c["draws"]) for c in imputed["certificates"]] == [("imputed", 100)] * 2
    assert all(0 <= c["share"] <= 1 for c in imputed["certificates"])
    assert imputed == run(*asked, "--seed", 1)
    alone = run("slate", path, "--k", 3, "--rule", "phragmen", "--missing", "impute")
    assert any("no --groups" in warning for warning in alone["warnings"])


def test_a_real_conversation_is_not_decided_by_exposure_when_imputed(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "polis" / "15-per-hour-seattle" / "participants-votes.csv"
    with source.open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    statements = [name for name in people[0] if name.isdigit()]
    cells = {"1": 1, "-1": 0, "0": 0, "": ""}
    path = rows(
        tmp_path / "t.csv",
        ["voter", *statements],
        [[p["participant"], *(cells[p[name]] for name in statements)] for p in people],
    )
    known = [[p["participant"], p["group-id"]] for p in people if p["group-id"]]
    groups = rows(tmp_path / "g.csv", ["voter", "group"], known)
    zero = run("slate", path, "--k", 5, "--rule", "mes", "--missing", "zero", "--check", "ejr+")
    assert zero["exposure_correlation"] > 0.5
    assert zero["certificates"][0]["holds"]
    assert any("approvals follow exposure" in warning for warning in zero["warnings"])
    told = run("slate", path, "--k", 5, "--rule", "mes", "--missing", "impute", "--groups", groups, "--check", "ejr+")
    agreement = [told["agreement"][name] for name in told["slate"]]
    assert min(agreement) > 0.5
    assert sum(agreement) > sum(zero["agreement"][name] for name in zero["slate"])
    assert min(told["exposure"][name] for name in told["slate"]) >= 20


def test_checking_a_slate_made_elsewhere(tmp_path: Path) -> None:
    path = table(tmp_path / "a1.csv", A1)
    told = run("check", path, "--slate", "c0, c1,c2", "--axioms", "jr,ejr+")
    assert [c["holds"] for c in told["certificates"]] == [False, False]
    assert told["certificates"][0]["witness"] == {
        "candidate": "c3",
        "level": 1,
        "supporters": 2,
        "needed": 2,
        "voters": ["v4", "v5"],
    }
    assert told["k"] == 3
    by_line = run("check", path, "--slate", "-", "--axioms", "jr", given="c0\nc1\nc2\n")
    assert by_line["slate"] == told["slate"]
    # A seventh voter who is in no row makes a third of the voters more than the two who agree on c3.
    assert run("check", path, "--slate", "c0,c1,c2", "--axioms", "jr", "--n", 7)["certificates"][0]["holds"]


@pytest.mark.parametrize(
    ("assigned", "holds"), [([0, 0, 1, 1], True), ([0, 0, 2, 2], True), ([1, 1, 2, 2], False), ([0, 0, 0, 1], False)]
)
def test_checking_an_assignment(tmp_path: Path, assigned: list[int], holds: bool) -> None:
    path = table(tmp_path / "b1.csv", B1)
    file = rows(tmp_path / "as.csv", ["voter", "candidate"], [[f"v{v}", f"c{c}"] for v, c in enumerate(assigned)])
    slate = ",".join(f"c{c}" for c in sorted(set(assigned)))
    certificate = run("check", path, "--slate", slate, "--assignment", file, "--axioms", "bjr")["certificates"][0]
    assert certificate["holds"] is holds
    if assigned == [1, 1, 2, 2]:
        assert (certificate["witness"]["candidate"], certificate["witness"]["level"]) == ("c0", 4)
        assert certificate["witness"]["voters"] == ["v0", "v1"]
    if assigned == [0, 0, 0, 1]:
        assert certificate["reason"] == "the assignment is not balanced: 1 to 3 of 4 voters per statement"


def test_without_an_assignment_people_are_matched(tmp_path: Path) -> None:
    path = table(tmp_path / "b1.csv", B1)
    told = run("check", path, "--slate", "c0,c1", "--axioms", "bjr")["certificates"][0]
    assert (told["holds"], told["assignment"]) == (True, "optimal balanced matching")
    costs = rows(tmp_path / "c.csv", ["candidate", "cost"], [["c0", 3], ["c1", 3]])
    asked = ["check", path, "--slate", "c0,c1", "--axioms", "cbjr", "--costs", costs, "--budget"]
    assert run(*asked, 6)["certificates"][0]["assignment"] == "optimal matching by cost"
    dear = run(*asked, 5)
    assert dear["certificates"][0]["reason"] == "the slate costs 6, more than the budget of 5"
    assert not dear["certificates"][0]["holds"]
    assert dear["warnings"] == ["cbjr: the slate costs 6, more than the budget of 5"]


def test_an_assignment_may_hold_voters_who_are_in_no_row(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [[4, 1], [4, 1]])
    everybody = [["v0", "c0"], ["v1", "c0"], ["v2", "c1"], ["v3", "c1"]]
    file = rows(tmp_path / "as.csv", ["voter", "candidate"], everybody)
    told = run("check", path, "--slate", "c0,c1", "--assignment", file, "--axioms", "bjr")
    assert (told["voters"], told["rows"], told["certificates"][0]["holds"]) == (4, 2, True)


PUBLISHED = {
    "slate_utility": ("slate", 19, 3.417),
    "cluster_baseline_utility": ("cluster", 30, 3.139),
    "zero_shot_utility": ("zero_shot", 65, 2.761),
    "contextless_zero_shot_utility": ("contextless_zero_shot", 68, 2.583),
}


@pytest.fixture(scope="module")
def drugs(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]]]:
    """The published violations as a table of utilities: 67 of 80 people, 70 of 100 statements with a cost."""
    folder = tmp_path_factory.mktemp("drugs")
    csv.field_size_limit(10**9)
    with (shared_data / "slates" / "drugs_80" / "bjr_concise_results.csv").open(encoding="utf-8", newline="") as file:
        published = list(csv.DictReader(file))
    utilities = {agent: row for line in published for agent, row in ast.literal_eval(line["coalition_agent_ids"])}
    rows(folder / "table.csv", ["voter", *range(100)], [[agent, *row] for agent, row in utilities.items()])
    costs = {line["statement_idx"]: line["statement_cost"] for line in published}
    rows(folder / "costs.csv", ["candidate", "cost"], list(costs.items()))
    with (shared_data / "slates" / "drugs_80" / "utilities.csv").open(encoding="utf-8", newline="") as file:
        agents = list(csv.DictReader(file))
    for column in PUBLISHED:
        rows(folder / f"{column}.csv", ["voter", "utility"], [[agent["agent_id"], agent[column]] for agent in agents])
    return folder, published


@pytest.mark.parametrize("column", PUBLISHED)
@pytest.mark.parametrize("more", [(), ("--n", 80), ("--slate", "-")])
def test_published_violations(drugs: tuple[Path, list[dict[str, str]]], column: str, more: tuple[object, ...]) -> None:
    folder, published = drugs
    source, count, mean = PUBLISHED[column]
    files = ["--utilities", folder / f"{column}.csv", "--costs", folder / "costs.csv", "--budget", 160]
    told = run("check", folder / "table.csv", *files, "--axioms", "cbjr", *more)
    found = told["certificates"][0]
    assert (len(found["violations"]), round(told["mean_utility"], 3), told["voters"]) == (count, mean, 80)
    assert found["holds"] is False
    # Not only how many: the same statements, at the same levels, with coalitions of the same size.
    theirs = {
        line["statement_idx"]: (pytest.approx(float(line["utility_cutoff"])), int(line["coalition_size"]))
        for line in published
        if line["source"] == source
    }
    assert {v["candidate"]: (v["level"], v["supporters"]) for v in found["violations"]} == theirs


def test_matching(tmp_path: Path) -> None:
    path = table(tmp_path / "u.csv", B1)
    told = run("match", path, "--slate", "c0,c2")
    assert told["assignment"] == {"v0": "c0", "v1": "c0", "v2": "c2", "v3": "c2"}
    assert (told["total"], told["mean"]) == (15, 3.75)
    assert told["histogram"] == {"3": 1, "4": 3}
    assert told["sizes"] == {"c0": 2, "c2": 2}
    many = table(tmp_path / "many.csv", [[v / 7, 1 - v / 50] for v in range(50)])
    assert sum(run("match", many, "--slate", "c0,c1")["histogram"].values()) == 50


def test_ids_with_commas_and_other_formats(tmp_path: Path) -> None:
    lines = [{"voter": 1, "Yes, please": 1, "No": 0}, {"voter": 2, "Yes, please": 0, "No": None}]
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    told = run("check", path, "--slate", '"Yes, please"', "--axioms", "jr")
    assert told["slate"] == ["Yes, please"]
    assert told["certificates"][0]["scope"] == "observed"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("voter,a\n", "there is no voter"),
        ("voter\nx\n", "1 columns; the voter and at least one candidate"),
        ("voter,a\nx,1\nx,0\n", r"row 3, column 'voter': 'x' stands in row 2 too"),
        ("voter,a\n,1\n", r"row 2, column 'voter': the id is empty"),
        ("voter,a\nx,1\ny,yes\n", r"row 3, column 'a': 'yes' is not a number"),
        ("voter,a\nx,inf\n", r"row 2, column 'a': 'inf' is not a number"),
        ("voter,a,b\nx,1,0\ny,-1,0\n", r"row 3, column 'a': -1 is not 1, 0 or empty"),
    ],
)
def test_bad_tables(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        run("slate", tmp_path / "t.csv", "--k", 1, "--rule", "mes")


def test_bad_requests(tmp_path: Path) -> None:
    path, utilities = table(tmp_path / "t.csv", [[1, 0], [0, 1]]), table(tmp_path / "u.csv", [[4, 1], [2, 3]])
    some = rows(tmp_path / "some.csv", ["voter", "weight", "utility", "candidate"], [["v0", 1, 2, "c0"]])
    costs = rows(tmp_path / "costs.csv", ["candidate", "cost"], [["c0", 1]])
    free = rows(tmp_path / "free.csv", ["candidate", "cost"], [["c0", 0]])
    equal = rows(tmp_path / "equal.csv", ["voter", "weight"], [["v0", 1], ["v1", 1]])
    slate, check = ["slate", path, "--rule"], ["check", path, "--slate"]
    refused: list[tuple[list[object], str]] = [
        ([*slate, "mes"], "--rule mes needs --k K"),
        ([*slate, "mes", "--k", 3], "k=3 should be <= candidates=2"),
        ([*slate, "bjr", "--k", 3], "n_voters=2 should be >= k=3"),
        ([*slate, "prose"], "--rule prose needs --costs FILE and --budget B"),
        ([*slate, "prose", "--costs", costs, "--budget", 5], "candidate 'c1' of .* has no cost"),
        ([*slate, "prose", "--costs", free, "--budget", 5], "the cost of 'c0' is 0; a cost is more than 0"),
        ([*slate, "mes", "--k", 1, "--check", "jr,core"], "--check: 'core' is not one of jr, ejr"),
        ([*slate, "mes", "--k", 1, "--check", "cbjr"], "--check cbjr needs --costs"),
        ([*slate, "mes", "--k", 1, "--weights", some], "voter 'v1' of .* has no weight"),
        ([*slate, "bjr", "--k", 1, "--weights", equal], "count people"),
        ([*slate, "mes", "--k", 1, "--seed", -1], "--seed -1"),
        (["slate", utilities, "--k", 1, "--rule", "mes"], "row 2, column 'c0': 4 is not 1, 0 or empty"),
        (["slate", tmp_path / "none.csv", "--k", 1, "--rule", "mes"], "there is no such file"),
        ([*check, "c7", "--axioms", "jr"], "--slate: 'c7' is not a candidate of .*; those are c0, c1"),
        ([*check, ",", "--axioms", "jr"], "no candidate is named"),
        ([*check, "c0", "--axioms", ""], "at least one axiom"),
        ([*check, "c0", "--axioms", "jr", "--n", 1], "--n 1: there are 2 voters"),
        ([*check, "c0", "--axioms", "bjr", "--assignment", some], "voter 'v1' of .* is assigned to nothing"),
        ([*check, "c1", "--axioms", "bjr", "--assignment", some], "assigned to 'c0', which is not in the slate"),
        ([*check, "c0", "--axioms", "bjr", "--utilities", some], "voter 'v1' .* has no utility"),
        (["check", path, "--axioms", "jr"], "--slate IDS is needed"),
        (["check", utilities, "--slate", "c0", "--axioms", "jr"], "4 is not 1, 0 or empty"),
        (["match", utilities, "--slate", "c9"], "'c9' is not a candidate"),
    ]  # fmt: skip
    for arguments, message in refused:
        with pytest.raises(BadInput, match=message):
            run(*arguments)
    holes = table(tmp_path / "holes.csv", [[4, ""], [2, 3]])
    with pytest.raises(BadInput, match=r"row 2, column 'c1': the first of 1 empty cells"):
        run("match", holes, "--slate", "c0,c1")
    with pytest.raises(BadInput, match="so nobody can be matched"):
        run("check", holes, "--slate", "c1", "--axioms", "bjr")
    assert run("match", holes, "--slate", "c0")["total"] == 6


def test_influence_attack_cost_clones_and_clusters(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", 3 * [[1, 0, 0]] + 2 * [[0, 0, 1]] + 2 * [[0, 1, 0]])
    groups = rows(tmp_path / "g.csv", ["voter", "group"], [[f"v{v}", "ab"[v > 2]] for v in range(7)])
    told = run("slate", path, "--k", 2, "--rule", "phragmen", "--influence", "--groups", groups)["influence"]
    assert (told["voters"]["change_the_slate"], told["voters"]["of"]) == (2, 7)
    assert told["voters"]["deciding"][0] == {
        "voters": ["v5"],
        "slate": ["c0", "c2"],
        "lost": ["c1"],
        "gained": ["c2"],
    }
    assert told["least_added_ballots"] == 1
    assert told["added_ballots"][0]["for"] == "c2"
    assert told["clusters"]["a"]["size"] == 3
    assert told["cluster_match"]["support"] == pytest.approx({"c0": 3**0.5, "c1": 2**0.5, "c2": 2**0.5})
    assert set(told["most_aligned"]) == {"1", "2", "5", "10", "20"}
    with pytest.raises(BadInput, match="no approval rule"):
        run("slate", path, "--k", 2, "--rule", "bjr", "--influence")
