"""What the desk keeps beside the facts: drafts, suggestions, notes, change sets."""

from django.contrib import admin


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list whose rows come from other pages, and are decided on by buttons: nobody fills in a form of them."""

    list_per_page = 50
    empty_value_display = "—"

    class Media:
        css = {"all": ["alliances/admin.css"]}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
