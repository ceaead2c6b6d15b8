"""docker-compose.yml and the README speak of the settings that exist, and of all that a site must choose."""

import ast
import re
from pathlib import Path

import click
import pytest
import yaml

from config.run.supervisor import Program, trainer, worker
from jobs.kinds import QUEUES, kind_of
from polyphony.cli import polyphony
from tests.services_plugin import ROOT

ROOMS = ("platform", "annotation", "aggregation", "deliberation", "frontend")
#: What a public site cannot leave as it is.
MUST = {"DATABASE_URL", "BROKER_URL", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "HTTPS", "BEHIND_PROXY", "EMAIL_URL"}
OURS = ("web", "worker", "trainer", "migrate")
#: Read by others than us: make, the tests, Python's numerical libraries.
OF_OTHERS = {"MAKELEVEL", "DJANGO_SETTINGS_MODULE", "NAME"}
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def names_read(source: str) -> set[str]:
    """Names that a module reads from the environment: ``env.kind("NAME")``, ``os.environ.get("NAME")`` and the like."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            holder, key = ast.unparse(node.func.value), node.args[0]
        elif isinstance(node, ast.Subscript):
            holder, key = ast.unparse(node.value), node.slice
        else:
            continue
        if holder in {"env", "os.environ"} and isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.add(key.value)
    return found


def settings_read() -> set[str]:
    """Every setting of the product."""
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
    return set().union(*(names_read(path.read_text()) for path in files)) - OF_OTHERS


def test_the_reading_of_code_finds_every_way_of_asking() -> None:
    source = 'env.bool("A", default=0)\nos.environ.get("B")\nos.environ["C"]\nother.get("D")\nos.environ[name]\n'
    assert names_read(source) == {"A", "B", "C"}


@pytest.mark.parametrize("service", OURS)
def test_the_compose_file_sets_only_what_is_read(service: str) -> None:
    assert set(COMPOSE["services"][service]["environment"]) - settings_read() == set()


@pytest.mark.parametrize("service", OURS)
def test_the_compose_file_sets_what_every_site_must_choose(service: str) -> None:
    assert MUST - set(COMPOSE["services"][service]["environment"]) == set()


def test_what_the_compose_file_asks_for_is_named_in_the_readme() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert {name for name in asked if name not in (ROOT / "README.md").read_text()} == set()


def test_the_readme_lists_every_setting_and_no_other() -> None:
    table = (ROOT / "README.md").read_text().split("## Settings")[1].split("\n## ")[0]
    listed = {name for line in table.splitlines() if line.startswith("| `") for name in names_in(line.split("|")[1])}
    assert listed == settings_read()


def test_the_readme_lists_every_command() -> None:
    table = (ROOT / "README.md").read_text().split("## The command line")[1].split("\n## ")[0]
    listed = set(re.findall(r"`([a-z-]+)", "".join(line.split("|")[1] for line in table.splitlines() if "| `" in line)))
    assert set(polyphony.list_commands(click.Context(polyphony))) - listed == set()


def names_in(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def test_the_image_holds_every_room() -> None:
    copied = (ROOT / "Dockerfile").read_text()
    assert [room for room in ROOMS if f"COPY {room} {room}" not in copied] == []


@pytest.mark.parametrize("program", [worker(Path("log"), Path("var")), trainer(Path("log"))], ids=lambda one: one.name)
def test_workers_start_in_containers_as_in_make_run(program: Program) -> None:
    inside = COMPOSE["services"][program.name]["command"].split()
    assert set(program.command) - set(inside) <= {program.command[0], "-m", str(Path("var") / "beat")}


def test_every_queue_has_a_worker_and_training_holds_up_nothing_else() -> None:
    def queues_of(program: Program) -> set[str]:
        return set(program.command[program.command.index("-Q") + 1].split(","))

    quick, trains = queues_of(worker(Path("log"), Path("var"))), queues_of(trainer(Path("log")))
    assert (quick | trains, quick & trains) == (set(QUEUES), set())
    assert kind_of("train_reward_model").queue in trains
    assert kind_of("score_texts").queue in quick


def test_files_that_the_image_leaves_out_are_no_rooms() -> None:
    left_out = set(Path(ROOT / ".dockerignore").read_text().split())
    assert left_out & {*ROOMS, "pyproject.toml", "constraints.txt", "manage.py", "README.md", "LICENSE"} == set()
