"""Who may do what, a module for each room; :data:`EXPECTED` is all of them."""

from tests.pages.expectations import (
    accounts,
    aggregation,
    annotation,
    comal,
    config,
    constitutions,
    deliberation,
    draws,
    exports,
    frontend,
    governance,
    incidents,
    jobs,
    pay,
    releases,
)
from tests.pages.expectations.access import Access

__all__ = ["EXPECTED", "Access"]

ROOMS = (
    accounts,
    aggregation,
    annotation,
    comal,
    config,
    constitutions,
    deliberation,
    draws,
    exports,
    frontend,
    governance,
    incidents,
    jobs,
    pay,
    releases,
)
EXPECTED: dict[str, tuple[Access, Access]] = {name: both for room in ROOMS for name, both in room.EXPECTED.items()}
