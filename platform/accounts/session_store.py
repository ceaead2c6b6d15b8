"""Sessions in the database, as Django keeps them; every request reads one."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.kept_queries import KeptQuery

_kept = KeptQuery(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).order_by("pk"), key=str, now=datetime
)


class SessionStore(DatabaseStore):
    """Django's own, with a statement that is written once."""

    def _get_session_from_db(self) -> Session | None:
        found = _kept.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
