"""What the address of a list may filter by."""

from django.contrib import admin

# What Django's filters append to the field that `list_filter` names.
ENDINGS = ("", "__exact", "__isnull", "__isempty", "__id__exact")


class StrictLookups(admin.ModelAdmin):
    """A list that is filtered by what its `list_filter` names, and by nothing else.

    Django lets an address filter by every column of the model, whether it is shown or not. So `?contact__startswith=a`
    would tell whoever may see the list, letter by letter, what the list does not show. Any other lookup is refused
    with 400 (DisallowedModelAdminLookup).
    """

    def lookup_allowed(self, lookup, value, request):
        # PostgreSQL fails over a NUL, which no value of ours has.
        return "\x00" not in str(value) and lookup in self.filter_parameters(request)

    def get_object(self, request, object_id, from_field=None):
        """Look by the key where `_to_field` is there and empty; Django would look for a field without a name."""
        return super().get_object(request, object_id, from_field or None)

    def filter_parameters(self, request):
        """Return the names of parameters that the filters of this list read."""
        names = set()
        for each in self.get_list_filter(request):
            if isinstance(each, type) and issubclass(each, admin.SimpleListFilter):
                names.add(each.parameter_name)
            else:
                field = each[0] if isinstance(each, (list, tuple)) else each
                names.update(f"{field}{ending}" for ending in ENDINGS)
        return names
