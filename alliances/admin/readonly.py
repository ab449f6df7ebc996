"""What the desk keeps beside the facts: drafts, suggestions, notes, change sets."""

from .lookups import StrictLookups


class ReadOnlyAdmin(StrictLookups):
    """Read-only admin for rows that are created elsewhere, and decided on by buttons."""

    list_per_page = 50
    empty_value_display = "—"

    class Media:
        css = {"all": ["alliances/admin.css"]}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
