"""Addresses of the jobs room."""

from django.urls import path

from jobs import language_views, views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/language/", language_views.calls, name="language"),
    path("jobs/language/<uuid:call>/", language_views.call, name="language-call"),
    path("jobs/language/budget/<slug:community>/", language_views.budget, name="language-budget"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("jobs/<uuid:pk>/retry/", views.retry, name="retry"),
]
