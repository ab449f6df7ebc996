"""How much a test tries: a sample where somebody waits for it, everything where CI is set (`CI=true pytest`)."""

import os

import pytest
from hypothesis import settings

IN_CI = bool(os.environ.get("CI"))

# Whole processes, damaged files, servers that do not answer: seconds each. conftest.py skips them outside CI.
drill = pytest.mark.drill


def examples(here, in_ci, **kwargs):
    """Decorate a test by Hypothesis that is too slow for the usual number."""
    return settings(max_examples=in_ci if IN_CI else here, **kwargs)


def sample(cases, every, start=0):
    """Return the cases of a long table that are tried: one of so many here, from `start` on; all in CI."""
    cases = list(cases)
    return cases if IN_CI else cases[start::every]
