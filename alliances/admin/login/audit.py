"""The audit log on the desk: administrators read it, and nobody writes it."""

from ipaddress import ip_address

from django.contrib import admin

from alliances.models import AuditEntry

from ..readonly import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who logged in, or tried to, and what became of second factors."""

    list_display = ["made", "what", "account", "by", "address"]
    list_filter = ["what"]
    search_fields = ["account__exact", "by__exact"]
    search_help_text = "The whole name of an account, or an address."
    actions = None

    def get_search_results(self, request, queryset, search_term):
        """Find by address, too: what is none cannot be compared with one on PostgreSQL."""
        try:
            return queryset.filter(address=str(ip_address(search_term.strip()))), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("auth.change_user")

    def has_delete_permission(self, request, obj=None):
        return False

    def has_module_permission(self, request):
        return self.has_view_permission(request)
