"""The annotation room."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """Configuration of the annotation room: what it adds to the registries of the rooms below."""

    name = "annotation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registries."""
        from accounts import demo_parts, personal_data
        from aggregation import sources
        from annotation import comal as facts
        from annotation import handlers, holdings
        from frontend import home, navigation
        from governance import comal
        from jobs import kinds

        kinds.register("import_items", handlers.import_items, title="Taking in items")
        kinds.register("import_study", handlers.import_study, title="Taking in a data set", queue="long")
        kinds.register(
            "write_conflict_case", handlers.write_conflict_case, title="Writing a conflict case", queue="long"
        )
        kinds.register("watch_study", handlers.watch_study, title="Reading a study's answers", queue="long")
        personal_data.register(holdings.HOLDING)
        comal.register(facts.fill)
        sources.register(sources.Source("study", "Studies", handlers.listed_material, handlers.find_material))
        demo_parts.register(demo_parts.Part("studies with answers", handlers.load_demo, order=20))
        home.register(
            home.Fragment("Studies you can answer", "annotation:waiting", order=20, visible=navigation.members)
        )
        navigation.register(navigation.Entry("Studies", "annotation:studies", order=20, visible=navigation.signed_in))
