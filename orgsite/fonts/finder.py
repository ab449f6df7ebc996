"""Django's way to the fonts: `fonts/serif-latin.woff2` is a static file like any other."""

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PREFIX = "fonts/"


class FontFinder(BaseFinder):
    """Makes a font where it is asked for, in development; all of them, where static files are collected.

    What makes them is imported only then: each command of manage.py would wait a tenth of a second for it.
    """

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the file of a font; nothing for any other path."""
        if not path.startswith(PREFIX):
            return []
        from . import files, recipe

        name = path.removeprefix(PREFIX)
        if name not in recipe.WEB_FONTS:
            return []
        found = str(files.made(name))
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield all that browsers load. What draws pictures is made as well: the site may not write at other times."""
        from . import files, recipe

        files.static_instances()
        storage = FileSystemStorage(location=files.folder())
        for name in recipe.WEB_FONTS:
            files.made(name)
            yield PREFIX + name, storage
