"""The deliberation room."""

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from accounts.models import MemberEvent


class DeliberationConfig(AppConfig):
    """Configuration of the deliberation room: what it adds to the registries of the rooms below."""

    name = "deliberation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registries."""
        from django.db.models.signals import post_save

        from accounts import demo_parts, panels, personal_data
        from accounts.models import MemberEvent
        from aggregation import sources
        from deliberation import comal as facts
        from deliberation import drafting as found_in
        from deliberation import handlers, holdings, moderation_log
        from frontend import home, navigation
        from governance import comal, drafting, transparency
        from jobs import kinds

        kinds.register("refresh_map", handlers.refresh_map, title="Drawing the opinion map")
        kinds.register("draw_layout", handlers.draw_layout, title="Drawing the second layout")
        kinds.register("import_conversation", handlers.import_conversation, title="Importing a conversation")
        personal_data.register(holdings.HOLDING)
        demo_parts.register(demo_parts.Part("the demo community with its conversations", handlers.load_demo, order=10))
        sources.register(
            sources.Source("conversation", "Conversations", handlers.listed_material, handlers.find_material)
        )
        comal.register(facts.fill)
        drafting.register(found_in.SOURCE)
        drafting.register_views(found_in.group_views)
        transparency.register_log(moderation_log.log)
        post_save.connect(on_member_event, sender=MemberEvent, dispatch_uid="deliberation.on_member_event")
        home.register(home.Fragment("Conversations that are open now", "deliberation:open-now", order=10))
        panels.register(panels.Panel("Conversations", "deliberation:of-community", order=10))
        navigation.register(navigation.Entry("Conversations", "deliberation:conversations", order=10))


def on_member_event(sender: "type[MemberEvent]", instance: "MemberEvent", created: bool, **kwargs: Any) -> None:
    """A ban or its end changes who is in the maps."""
    from deliberation import holdings

    if created and instance.kind in {sender.Kind.BANNED, sender.Kind.UNBANNED}:
        holdings.standing_changed(instance.member)
