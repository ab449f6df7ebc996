"""Search boxes in the forms of the desk, in place of long selects."""

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models

from .forms import Lines, LoadedAutocomplete, RowSelect
from .permissions import proposes


class SearchBoxes:
    """Search boxes instead of long selects, for the foreign keys of `autocomplete_fields`, without a query a box."""

    formfield_overrides = {models.TextField: {"widget": Lines}, models.URLField: {"assume_scheme": "https"}}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", LoadedAutocomplete(db_field, self.admin_site, using=kwargs.get("using")))
            kwargs["widget"].in_row = isinstance(self, admin.TabularInline)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Beside a box, no icon that deletes what it names, and one that opens it.

        Contributors have no icons at all: what they propose in such a window would not be there to choose.
        """
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        wrapper = getattr(field, "widget", None)
        if isinstance(wrapper, RelatedFieldWidgetWrapper):
            wrapper.can_delete_related = False
            wrapper.can_view_related = not wrapper.can_change_related
            if proposes(request):
                wrapper.can_add_related = wrapper.can_change_related = False
        return field

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", RowSelect)
        return super().formfield_for_choice_field(db_field, request, **kwargs)
