"""The deliberation room."""

from django.apps import AppConfig


class DeliberationConfig(AppConfig):
    """Configuration of the deliberation room: what it adds to the registries of the rooms below."""

    name = "deliberation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registries."""
        from deliberation import handlers
        from frontend import navigation
        from jobs import kinds

        kinds.register("refresh_map", handlers.refresh_map, title="Drawing the opinion map")
        kinds.register("draw_layout", handlers.draw_layout, title="Drawing the second layout")
        kinds.register("import_conversation", handlers.import_conversation, title="Importing a conversation")
        navigation.register(navigation.Entry("Conversations", "deliberation:conversations", order=10))
