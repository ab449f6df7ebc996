"""Filters that several lists of the desk have."""

from django.contrib import admin
from django.db.models import Exists

from alliances.models import Citation


class HasSource(admin.SimpleListFilter):
    """Whether a source supports a fact. One that only says otherwise does not: without another, the fact has none."""

    title = "source"
    parameter_name = "sourced"

    def lookups(self, request, model_admin):
        return [("yes", "Has a source"), ("no", "No source yet")]

    def queryset(self, request, queryset):
        supported = Exists(Citation.objects.supporting(queryset.model))
        return {"yes": queryset.filter(supported), "no": queryset.filter(~supported)}.get(self.value(), queryset)


class Ongoing(admin.SimpleListFilter):
    """Whether a fact has an end."""

    title = "time"
    parameter_name = "ongoing"

    def lookups(self, request, model_admin):
        return [("yes", "Ongoing"), ("no", "Ended")]

    def queryset(self, request, queryset):
        ongoing = {queryset.model.span[1]: ""}
        return {"yes": queryset.filter(**ongoing), "no": queryset.exclude(**ongoing)}.get(self.value(), queryset)
