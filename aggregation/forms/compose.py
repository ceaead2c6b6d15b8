"""Forms in which people say what to aggregate and how; REST sends the same fields as JSON."""

from aggregation.forms.measures import BridgingForm, CoverageForm, DistributionForm, IntegrityForm, ViewpointsForm
from aggregation.forms.people import PeopleForm
from aggregation.forms.slates import GenerateForm, RankingForm, SlateForm

FORMS: dict[str, type[PeopleForm]] = {
    "slate": SlateForm,
    "generate": GenerateForm,
    "ranking": RankingForm,
    "distribution": DistributionForm,
    "viewpoints": ViewpointsForm,
    "bridging": BridgingForm,
    "coverage": CoverageForm,
    "integrity": IntegrityForm,
}
"""The form of each method, by its name."""
