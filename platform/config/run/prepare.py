"""What must be in order before the first request: the key, the tables, the static files, the demo community."""

import hashlib
import secrets
from pathlib import Path

from config.services.private_files import write_private


def ensure_secret_key(var: Path) -> None:
    """Make the key that signs sessions and links, once."""
    path = var / "secret_key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(50))


def migrate() -> int:
    """Bring the tables up to date; returns how many migrations were applied."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        call_command("migrate", interactive=False, verbosity=0)
    return waiting


def collect_static() -> bool:
    """Gather, compress and fingerprint the static files if any has changed; returns whether it did."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            seen.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    kept = Path(settings.STATIC_ROOT) / ".collected"
    if kept.exists() and kept.read_text() == seen.hexdigest():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    kept.write_text(seen.hexdigest())
    return True


def load_demo() -> None:
    """Load the demo community; loading it again changes nothing."""
    from django.core.management import call_command

    call_command("load_demo", verbosity=0)
