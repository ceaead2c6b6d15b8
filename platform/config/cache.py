"""A cache that may be away: readers then miss, writers write nothing, and no request waits or fails for it."""

import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

P = ParamSpec("P")
R = TypeVar("R")
# After a failure nothing is tried for this long, so that an absent cache costs one time-out and not one per request.
REST_SECONDS = 5.0


class TolerantCache(RedisCache):
    """Django's Redis cache, minus its exceptions when the server is away."""

    _rests_until = 0.0

    def _try(self, act: Callable[P, R], otherwise: R, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if time.monotonic() < TolerantCache._rests_until:
            return otherwise
        try:
            return act(*args, **kwargs)
        except (NoConnection, NoAnswer):
            TolerantCache._rests_until = time.monotonic() + REST_SECONDS
            return otherwise

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Pretends to have added: whoever counts starts again later."""
        return self._try(super().add, True, *args, **kwargs)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The default while the server is away."""
        return self._try(super().get, default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Nothing while the server is away."""
        self._try(super().set, None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        """False while the server is away."""
        return self._try(super().touch, False, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """False while the server is away."""
        return self._try(super().delete, False, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Nothing found while the server is away."""
        return self._try(super().get_many, {}, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        """False while the server is away."""
        return self._try(super().has_key, False, *args, **kwargs)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """The step itself while the server is away."""
        return self._try(super().incr, delta, key, delta, version)

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Nothing while the server is away."""
        return self._try(super().set_many, [], *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        """Nothing while the server is away."""
        self._try(super().delete_many, None, *args, **kwargs)

    def clear(self) -> None:
        """Nothing while the server is away."""
        self._try(super().clear, None)
