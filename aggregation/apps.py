"""The aggregation room."""

from django.apps import AppConfig


class AggregationConfig(AppConfig):
    """Configuration of the aggregation room."""

    name = "aggregation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registries of the rooms below."""
        from accounts import demo_parts, personal_data
        from accounts.models import Role
        from aggregation import comal as facts
        from aggregation import drafting as slates
        from aggregation import handlers, holdings, lottery, released, reward_handlers, reward_holdings
        from frontend import home, navigation
        from governance import artifacts, comal, drafting, lots
        from jobs import kinds

        kinds.register("aggregate", handlers.aggregate, queue="long", title="Aggregating")
        kinds.register(
            "train_reward_model", reward_handlers.train_reward_model, queue="train", title="Training a reward model"
        )
        kinds.register("score_texts", reward_handlers.score_texts, queue="long", title="Scoring texts")
        lots.register(lottery.Sortition())
        personal_data.register(holdings.HOLDING)
        personal_data.register(reward_holdings.HOLDING)
        artifacts.register(released.SLATE)
        artifacts.register(released.MODEL)
        drafting.register(slates.SOURCE)
        drafting.register_views(slates.group_views)
        comal.register(facts.fill)
        comal.register_origins(facts.origins)
        demo_parts.register(demo_parts.Part("finished aggregations", handlers.load_demo, order=30))
        demo_parts.register(demo_parts.Part("reward models to be trained", handlers.load_reward_models, order=40))
        readers = navigation.with_role(Role.RESEARCHER, Role.STEWARD, Role.AUDITOR, Role.ADMIN)
        navigation.register(navigation.Entry("Aggregations", "aggregation:runs", order=40, visible=readers))
        navigation.register(navigation.Entry("Rewards", "aggregation:reward-models", order=50, visible=readers))
        home.register(home.Fragment("Newest results", "aggregation:runs", order=40, visible=readers))
