"""A cache on Redis that the site can do without."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)


class DispensableRedisCache(RedisCache):
    """Redis, and an empty cache while it does not answer: what is asked is not there, what is stored is forgotten.

    Only numbers that can be counted anew are kept in it, so nobody has to be told. The log has a line for each time.
    """

    def _or(self, instead: Any, call: Callable[..., Any], *args: Any) -> Any:
        from redis.exceptions import RedisError  # Only who chooses Redis has it installed.

        try:
            return call(*args)
        except (RedisError, OSError) as error:
            logger.warning("The cache does not answer: %s", type(error).__name__)
            return instead

    def get(self, key, default=None, version=None):
        return self._or(default, super().get, key, default, version)

    def set(self, key, value, *args):
        self._or(None, super().set, key, value, *args)

    def add(self, key, value, *args):
        return self._or(False, super().add, key, value, *args)

    def incr(self, key, delta=1, version=None):
        """Raise ValueError where the key is not there, as in any cache."""
        found = self._or(None, super().incr, key, delta, version)
        if found is None:
            raise ValueError(f"Key {key!r} not found")
        return found
