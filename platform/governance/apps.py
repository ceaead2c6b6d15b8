"""The governance room."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Configuration of the governance room: what it adds to the registries of the rooms below."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registries."""
        from accounts import demo_parts, panels, personal_data
        from frontend import home, navigation
        from governance import (
            comal,
            comal_facts,
            handlers,
            holdings,
            holdings_deciding,
            holdings_draws,
            holdings_pay,
            subject_kinds,
        )
        from jobs import kinds

        personal_data.register(holdings.HOLDING)
        comal.register(comal_facts.fill)
        comal.register_origins(comal_facts.origins)
        personal_data.register(holdings_deciding.HOLDING)
        personal_data.register(holdings_pay.HOLDING)
        personal_data.register(holdings_draws.HOLDING)
        panels.register(panels.Panel("How it is governed", "governance:governed", order=70))
        kinds.register("governance.reword", handlers.reword, title="Asking for plainer words")
        kinds.register("governance.commit_pool", handlers.commit_pool, title="Committing to a pool")
        kinds.register("governance.draw_panel", handlers.draw_panel, queue="long", title="Drawing a panel")
        replacements = "Drawing for those who are gone"
        kinds.register("governance.draw_replacements", handlers.draw_replacements, queue="long", title=replacements)
        home.register(home.Fragment("Decisions", "governance:waiting", order=5, visible=navigation.members))
        researchers = navigation.with_role("researcher", "admin")
        home.register(home.Fragment("What to study first", "governance:study-order", order=25, visible=researchers))
        navigation.register(navigation.Entry("Decisions", "governance:decisions", order=30))
        stewards = navigation.with_role("steward")
        navigation.register(navigation.Entry("Inbox", "governance:inbox", order=5, visible=stewards))
        subject_kinds.register()
        demo_parts.register(
            demo_parts.Part("a constitution with an amendment, a release and an incident", handlers.load_demo, order=50)
        )
        demo_parts.register(demo_parts.Part("a steering body with decisions", handlers.load_bodies, order=49))
