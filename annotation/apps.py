"""The annotation room."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """Configuration of the annotation room."""

    name = "annotation"
    default_auto_field = "django.db.models.BigAutoField"
