"""The aggregation room."""

from django.apps import AppConfig


class AggregationConfig(AppConfig):
    """Configuration of the aggregation room."""

    name = "aggregation"
    default_auto_field = "django.db.models.BigAutoField"
