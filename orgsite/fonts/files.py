"""The files that were made, each once: beside STATIC_ROOT, in a folder named after the recipe.

Several processes and threads may want one at the same time. Each writes it elsewhere and moves it into place, so nobody
finds half a file; that it was made twice then does no harm.
"""

import atexit
import functools
import hashlib
import shutil
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from . import recipe

_turn = threading.Lock()


def recipe_key() -> str:
    """Return what names this recipe: its text and the packages that it uses."""
    parts = [f"{name} {version(name)}" for name in recipe.PACKAGES]
    return hashlib.sha256("\n".join([*parts, Path(recipe.__file__).read_text("utf-8")]).encode()).hexdigest()[:16]


def folder() -> Path:
    """Return where the files are, and may be written: `.static-fonts` beside manage.py, unless STATIC_ROOT is given."""
    root = Path(settings.STATIC_ROOT)
    return _writable(root.with_name(f"{root.name}-fonts") / recipe_key())


@functools.cache
def _writable(wanted: Path) -> Path:
    """Return that folder; where it cannot be, a temporary one, which this process makes for itself."""
    try:
        wanted.mkdir(parents=True, exist_ok=True)
    except OSError:
        wanted = Path(tempfile.mkdtemp(prefix="fonts-"))
        atexit.register(shutil.rmtree, wanted, ignore_errors=True)
    return wanted


def made(name: str) -> Path:
    """Return the file of that name, made if it is not there."""
    path = folder() / "fonts" / name
    if not path.exists():
        with _turn:
            if not path.exists():
                _make(name, path)
    return path


def _make(name: str, path: Path) -> None:
    content = {**recipe.WEB_FONTS, **recipe.STATIC_FONTS}[name]()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-") as new:
        unfinished = Path(new) / name
        unfinished.write_bytes(content)
        unfinished.replace(path)


def static_instances() -> list[Path]:
    """Return TTF files of one weight each, 400 and 600, for a program that draws pictures (resvg).

    The families are called “Source Serif 4” and “Source Sans 3”. In SVG such a name needs quotes of its own, for a word
    of CSS cannot begin with a digit: `font-family="'Source Sans 3'"`.
    """
    return [made(name) for name in recipe.STATIC_FONTS]
