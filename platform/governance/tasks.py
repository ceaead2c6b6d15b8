"""What workers do for this room by the clock; each can run twice with the same result."""

from celery import shared_task


@shared_task(name="governance.publish_heads")
def publish_heads() -> None:
    """Publish the newest head of every chain that has grown."""
    from governance.actions.audit import publish_heads

    publish_heads()


@shared_task(name="governance.check_chains")
def check_chains() -> None:
    """Every night: check all chains; faults are logged as errors."""
    from governance.actions.audit import check_chains

    check_chains()
