"""Browsers for the pages of studies."""

from tests.frontend.conftest import new_context as new_context
