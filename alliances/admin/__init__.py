"""The editors' desk: every fact, with its dates and sources, a module per noun."""

from django.contrib import admin

from . import (  # noqa: F401
    council,
    document,
    draft,
    force,
    membership,
    name,
    organization,
    remark,
    source,
    state,
    suggestion,
    waiver,
)

admin.site.site_header = "Editors’ desk"
admin.site.site_title = "Editors’ desk"
admin.site.index_title = "Who belongs to what, since when, and who says so"
admin.site.index_template = "admin/alliances/index.html"
