"""Who is behind what the demonstration's runs and models were asked for."""

from accounts import demo
from accounts.models import Member, Role


def demo_researcher() -> Member | None:
    """A researcher of the demo community, best the one that visitors can sign in as."""
    researchers = Member.objects.filter(
        community__slug=demo.COMMUNITY, roles__contains=[Role.RESEARCHER]
    ).select_related("user", "community")
    return researchers.filter(is_synthetic=False).first() or researchers.first()
