"""How many random examples a test tries: few where somebody waits for it, many where CI is set (`CI=true pytest`)."""

import os

from hypothesis import settings

IN_CI = bool(os.environ.get("CI"))


def examples(here, in_ci, **kwargs):
    """Decorate a test by Hypothesis that is too slow for the usual number."""
    return settings(max_examples=in_ci if IN_CI else here, **kwargs)
