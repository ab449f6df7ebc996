"""The routes of the site; those of the reference are in alliances/urls.py."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
