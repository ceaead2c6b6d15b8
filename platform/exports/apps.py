"""The exports room."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Configuration of the exports room: what it adds to the registries of the rooms below."""

    name = "exports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registries."""
        from accounts import demo_parts, panels, personal_data
        from exports import comal as facts
        from exports import handlers, holdings, releasing
        from frontend import navigation
        from governance import artifacts, comal
        from jobs import kinds

        kinds.register("scan_export", handlers.scan_export, title="Searching texts for personal data")
        kinds.register("build_export", handlers.build_export, title="Building a data set", queue="long")
        personal_data.register(holdings.HOLDING)
        artifacts.register(artifacts.Artifact("dataset", releasing.files_of))
        comal.register(facts.fill)
        comal.register_origins(facts.origins)
        demo_parts.register(demo_parts.Part("a finished export of a study", handlers.load_demo, order=60))
        panels.register(panels.Panel("Data sets", "exports:panel", order=70))
        navigation.register(navigation.Entry("Data", "exports:exports", order=40))
