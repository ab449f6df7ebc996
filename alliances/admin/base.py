"""The base of facts on the desk: their sources, and a click to verify them."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from alliances.admin.confirmation.bulk import opening
from alliances.admin.confirmation.verification import VerifyMany
from alliances.admin.conflicts.guard import EditConflictGuard

from .desk_admin import DeskAdmin
from .forms import FactForm, Lines

CITING = ("cite_source", "cite_locator", "cite_quote")
CITING_FIELDSET = (
    "Who says so",
    {
        "fields": [CITING, "unsourced"],
        "description": "A source for what you typed above: it is added to the citations when you save. "
        "Where a source says something else than we do, use the list of citations below instead. "
        "Without any source nothing is published, unless you say here why there is none.",
    },
)
TRUTH_FIELDSET = (
    "For readers and colleagues",
    {"fields": ["note", "reason", "confidence"], "description": "Note and our reason are public; confidence is not."},
)


class LinksToFact:
    """A list or a form of what is about a fact."""

    @admin.display(description="fact")
    def fact_link(self, row):
        """The fact, with a link to its form."""
        return format_html('<a href="{}">{}</a>', row.fact.get_admin_url(), row.fact)


class FactAdmin(DeskAdmin):
    """A fact: with its number of sources in the list, a source to be given in its form, and a click to verify it."""

    form = FactForm
    actions = [*DeskAdmin.actions, "verify"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_verify"
        view = self.admin_site.admin_view(self.verify_view)
        many = self.admin_site.admin_view(VerifyMany.as_view(model_admin=self))
        return [
            path("verify/", many, name=f"alliances_{self.opts.model_name}_verify_many"),
            path("<path:object_id>/verify/", view, name=name),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and self.has_publish_permission(request, obj):
            context["verify_url"] = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_verify", args=[obj.pk])
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def verify_view(self, request, object_id):
        """Say that this fact was checked today and stands as it is: one click, and no edit."""
        fact = self.fact_or_refuse(request, object_id, self.has_publish_permission)
        if EditConflictGuard(self, request, fact.pk).changes_since(request.POST.get("seen", "")) != []:
            message = "Nothing was verified: this page changed since you opened it. Here it is as it is now."
            self.message_user(request, message, messages.ERROR)
            return redirect(fact.get_admin_url())
        number = self.model.objects.filter(pk=fact.pk).verify()
        self.message_user(request, f"Verified today: {number}.", messages.SUCCESS)
        return redirect(fact.get_admin_url())

    @admin.action(permissions=["publish"], description="Mark as verified today…")
    def verify(self, request, queryset):
        """Say that the chosen facts were checked today and stand as they are, after a look at what they say."""
        return opening(VerifyMany, self, request, queryset)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "unsourced":
            kwargs["widget"] = Lines(attrs={"rows": 2})  # Most facts leave it empty.
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).with_source_counts()

    @admin.display(description="sources", ordering="sources")
    def sources(self, fact):
        """How many citations it has."""
        return fact.sources or "none"
