"""Addresses of the aggregation room."""

from django.urls import path

from aggregation.views import compose, files, flags, rewards, runs

app_name = "aggregation"
urlpatterns = [
    path("aggregations/", runs.runs, name="runs"),
    path("aggregations/rules/", runs.rules, name="rules"),
    path("aggregations/new/", compose.new, name="new"),
    path("aggregations/new/<slug:source>/<slug:material>/", compose.methods, name="methods"),
    path("aggregations/new/<slug:source>/<slug:material>/<slug:method>/", compose.compose, name="compose"),
    path("aggregations/<uuid:run>/", runs.run, name="run"),
    path("aggregations/<uuid:run>/again/", runs.again, name="again"),
    path("aggregations/<uuid:run>/flags/<slug:participant>/", flags.decide, name="decide"),
    path("my-flags/", flags.mine, name="my-flags"),
    path("my-flags/<uuid:flag>/appeal/", flags.appeal, name="appeal"),
    path("aggregations/<uuid:run>/propose/", files.propose, name="propose"),
    path("aggregations/<uuid:run>/files/<slug:part>/", files.download, name="download"),
    path("rewards/", rewards.reward_models, name="reward-models"),
    path("rewards/new/", rewards.new_reward_model, name="new-reward-model"),
    path("rewards/<uuid:reward_model>/", rewards.reward_model, name="reward-model"),
    path("rewards/<uuid:reward_model>/stop/", rewards.stop, name="reward-model-stop"),
    path("rewards/<uuid:reward_model>/resume/", rewards.resume, name="reward-model-resume"),
    path("rewards/<uuid:reward_model>/download/", rewards.download, name="reward-model-download"),
    path("rewards/<uuid:reward_model>/score/", rewards.score, name="score-texts"),
    path("rewards/<uuid:reward_model>/scores/<uuid:scoring>/", rewards.scoring, name="reward-scoring"),
]
