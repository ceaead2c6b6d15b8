"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Every page's code is read before the web server divides into processes: once, and not while the first person waits.
get_resolver().url_patterns  # noqa: B018
