"""The jobs room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Configuration of the jobs room."""

    name = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the list of work to the navigation of those who run something."""
        from frontend import navigation

        runners = navigation.with_role("researcher", "steward", "admin")
        navigation.register(navigation.Entry("Jobs", "jobs:jobs", order=90, visible=runners))
