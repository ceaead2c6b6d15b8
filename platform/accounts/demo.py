"""Who can be signed in as with one click on a demonstration site; never used elsewhere."""

from dataclasses import dataclass

from accounts.models import Role

COMMUNITY = "demo"
NEIGHBOURS = "neighbours"


@dataclass(frozen=True)
class DemoPerson:
    """One person of the demonstration.

    Attributes
    ----------
    key : the last part of /demo/login/<key>/
    label : what the button says
    roles : in the community
    community : its slug
    is_staff : whether they run the site
    """

    key: str
    label: str
    roles: tuple[str, ...] = ()
    community: str = COMMUNITY
    is_staff: bool = False

    @property
    def username(self) -> str:
        """Under which the user is kept."""
        return f"demo-{self.key}"


PEOPLE = (
    DemoPerson("participant", "Participant"),
    DemoPerson("researcher", "Researcher", (Role.RESEARCHER,)),
    DemoPerson("steward", "Steward", (Role.STEWARD,)),
    DemoPerson("auditor", "Auditor", (Role.AUDITOR,)),
    DemoPerson("admin", "Community admin", (Role.ADMIN,)),
    DemoPerson("neighbour", "Admin of another community", (Role.ADMIN,), NEIGHBOURS),
    DemoPerson("staff", "Site staff", is_staff=True),
)


def person_by_key(key: str) -> DemoPerson | None:
    """The person behind a button, or None."""
    return next((person for person in PEOPLE if person.key == key), None)
