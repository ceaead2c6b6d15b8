"""What ``make run`` says to the person who typed it."""

import sys
from pathlib import Path

from config.services.local import LocalServices


def say(text: str) -> None:
    """One line, at once (also into a pipe)."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_services(services: LocalServices, var: Path) -> None:
    """Which servers are ours, and where the answers are kept."""
    if services.postgres:
        say(f"PostgreSQL is up; its data is in {services.postgres.home}.")
        if var not in services.postgres.home.parents:
            say(f"  (Not under {var}: PostgreSQL does not run as root, and its system user cannot enter that folder.)")
    if services.valkey:
        say("Valkey is up.")


def say_welcome(address: str, *, seconds: float, log: Path) -> None:
    """Where to go, and as whom."""
    say(f"\nPolyphony is up after {seconds:.0f} s: {address}/\n")
    if is_demo():
        say("Demo logins, one click each:")
        for role, title in demo_roles():
            say(f"  {title:<26} {address}/demo/login/{role}/")
        say("")
    say(f"Logs are in {log}. Ctrl-C stops everything.")


def is_demo() -> bool:
    """Whether people may try every role."""
    from django.conf import settings

    return bool(settings.DEMO)


def demo_roles() -> list[tuple[str, str]]:
    """The roles that can be tried, with their names."""
    from accounts.demo import PEOPLE

    return [(person.key, person.label) for person in PEOPLE]


def end_of(log: Path, lines: int = 20) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
