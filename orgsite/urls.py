"""The routes of the site; those of the reference are in alliances/urls.py."""

from django.contrib import admin
from django.urls import include, path

from alliances.admin.guide import guide
from alliances.admin.login.urls import urlpatterns as logging_in

urlpatterns = [
    path("admin/guide/", admin.site.admin_view(guide), name="alliances_guide"),
    *logging_in,
    path("admin/", admin.site.urls),
    path("", include("alliances.urls")),
]
handler400 = "alliances.public.errors.bad_request"
handler403 = "alliances.public.errors.permission_denied"
handler404 = "alliances.public.errors.page_not_found"
handler500 = "alliances.public.errors.server_error"
