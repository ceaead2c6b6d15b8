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


@shared_task(name="governance.settle")
def settle() -> None:
    """Every minute: write down what the clock has made of decisions, and send the mails that are due."""
    from governance.actions.decisions import settle_all
    from governance.actions.notices import send_notices

    settle_all()
    send_notices()


@shared_task(name="governance.digests")
def digests() -> None:
    """Once a week: tell people by mail what waits for them."""
    from governance.actions.notices import send_digests

    send_digests()
