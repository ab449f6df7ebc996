"""Notes to colleagues on the desk: written and read above the form of their fact, and found in one list."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from alliances import dates
from alliances.models import Remark, kinds

from .posted_text import posted_text
from .readonly import ReadOnlyAdmin

LONGEST = 2000


@admin.register(Remark)
class RemarkAdmin(ReadOnlyAdmin):
    """Notes to colleagues, never public. They are written above the form of their fact, and marked as done there."""

    list_display = ["text", "fact_link", "author", "made", "done"]
    list_display_links = None
    list_filter = ["done", "author"]
    list_select_related = ["author"]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("about/<str:kind>/<int:key>/", wrap(self.add_view_about), name="alliances_remark_about"),
            path("<int:number>/done/", wrap(self.done_view), name="alliances_remark_done"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        if hasattr(response, "context_data") and "cl" in response.context_data:
            Remark.attach_facts(response.context_data["cl"].result_list)
        return response

    @admin.display(description="about")
    def fact_link(self, remark):
        """The fact, with a link to its form, where the notes about it stand; or that it is gone."""
        fact = remark.fact
        return format_html('<a href="{}#remarks">{}</a>', fact.get_admin_url(), fact) if fact else "a fact that is gone"

    @method_decorator(require_POST)
    def add_view_about(self, request, kind, key):
        """Keep a note about a fact."""
        if not request.user.has_perm("alliances.add_remark"):
            raise PermissionDenied
        fact = kinds.named(kind).model.objects.filter(pk=key).first() if kind in kinds.codes() else None
        if fact is None:
            raise Http404("There is no such fact any more.")
        text = posted_text(request.POST, "text", None)
        if not text:
            self.message_user(request, "No note was kept: it has no words.", messages.ERROR)
        elif len(text) > LONGEST:
            message = f"No note was kept: it has {len(text):,} characters; the limit is {LONGEST:,}."
            self.message_user(request, message, messages.ERROR)
        else:
            Remark.objects.create(kind=kind, key=key, text=text, author=request.user, made=dates.now())
            self.message_user(request, "Your colleagues find the note here, and on the desk.", messages.SUCCESS)
        return redirect(f"{fact.get_admin_url()}#remarks")

    @method_decorator(require_POST)
    def done_view(self, request, number):
        """Mark a note as done, or open it again."""
        if not request.user.has_perm("alliances.change_remark"):
            raise PermissionDenied
        remark = get_object_or_404(Remark, pk=number)
        remark.done = request.POST.get("done") == "yes"
        remark.save(update_fields=["done"])
        fact = remark.fact
        return redirect(f"{fact.get_admin_url()}#remarks" if fact else "admin:alliances_remark_changelist")
