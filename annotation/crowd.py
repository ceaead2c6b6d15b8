"""People sent by a crowd service: their id is exchanged once for a pseudonym, and never kept or shown."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from annotation.actions.enrolling import crowd_key_of
from annotation.models import Study

SESSION = "crowd_arrivals"


@dataclass(frozen=True)
class Arrival:
    """Who was sent, by which service; the id itself stays with this object."""

    crowd: str
    worker: str

    @property
    def key(self) -> str:
        """What is kept of the id."""
        return crowd_key_of(self.crowd, self.worker)


def arrival_of(query: Mapping[str, str]) -> Arrival | None:
    """The person that an address names, in Prolific's words or in MTurk's; None where it names nobody."""
    if query.get("PROLIFIC_PID"):
        return Arrival("prolific", query["PROLIFIC_PID"][:200])
    if query.get("workerId") and query.get("assignmentId") != "ASSIGNMENT_ID_NOT_AVAILABLE":
        return Arrival("mturk", query["workerId"][:200])
    return None


def remember(session: MutableMapping[str, Any], study: Study, arrival: Arrival) -> None:
    """Keep in the session that the person came by a service to this study."""
    session[SESSION] = {**session.get(SESSION, {}), str(study.pk): [arrival.crowd, arrival.key]}


def arrival_in(session: Mapping[str, Any], study: Study) -> dict[str, str]:
    """The service and the hash to enrol under; nothing for who came by themselves."""
    crowd, key = session.get(SESSION, {}).get(str(study.pk), ["", ""])
    return {"crowd": crowd, "crowd_key": key}
