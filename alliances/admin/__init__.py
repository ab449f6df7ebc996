"""The editors' desk: every fact, with its dates and sources, a module per noun."""

from django.contrib import admin

# Each registers its models.
from . import (  # noqa: F401
    accounts,
    change_set,
    council,
    document,
    findings,
    force,
    membership,
    name,
    organization,
    remark,
    source,
    state,
    suggestion,
)
from .drafts import review  # noqa: F401
from .login import attempts, audit, second_factor, sessions  # noqa: F401

admin.site.site_header = "Editors’ desk"
admin.site.site_title = "Editors’ desk"
admin.site.index_title = "Who belongs to what, since when, and on whose word"
admin.site.index_template = "admin/alliances/index.html"
