"""Memberships on the desk: alone, and as the rows of an organization or a state."""

from collections import defaultdict
from itertools import combinations

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import path

from alliances.admin.confirmation.bulk import opening
from alliances.admin.confirmation.spells import EndSpells
from alliances.models import Membership

from .base import CITING, CITING_FIELDSET, TRUTH_FIELDSET, FactAdmin
from .filters import HasSource, Ongoing
from .forms import FactForm
from .inlines import CITATIONS, FactInline
from .rows import RowFormSet


class SpellForm(FactForm):
    """A spell among all spells of its organization or state: the formset checks overlaps."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.judged_together = True


class SpellFormSet(RowFormSet):
    """All spells of one organization or state, checked against each other as typed."""

    def clean(self):
        super().clean()
        self.refuse_outside_the_parent()
        pairs = defaultdict(list)
        for form in self.kept():
            pairs[form.instance.organization_id, form.instance.state_id].append(form)
        for spells in pairs.values():
            for first, second in combinations(spells, 2):
                # Rows that nobody touched are accepted as they are; the rules report what is wrong with them.
                form, other = (second, first) if second.has_changed() else (first, second)
                if form.has_changed() and not form.errors:
                    try:
                        form.instance.refuse_overlap(other.instance)
                    except ValidationError as error:
                        form.add_error(None, error)

    def refuse_outside_the_parent(self):
        """If the dates of the organization or state were changed, check also the rows that nobody touched."""
        span = type(self.instance).span
        stored = type(self.instance).objects.filter(pk=self.instance.pk).values_list(*span).first()
        if stored == tuple(getattr(self.instance, name) for name in span):
            return
        for form in self.kept():
            if not form.has_changed():
                try:
                    form.instance.refuse_outside(self.instance)
                except ValidationError as error:
                    form.add_error(None, error.messages[0])

    def saving_order(self, form):
        """Save ended spells before ongoing ones, so that no state has two ongoing ones in between."""
        return super().saving_order(form), form.instance.left == ""


class SpellInline(FactInline):
    """The spells of an organization or a state."""

    model = Membership
    form = SpellForm
    formset = SpellFormSet
    related = ("organization", "state")
    autocomplete_fields = ["organization", "state"]
    ordering = ["state__name", "joined_earliest"]
    verbose_name_plural = "memberships: a change of status ends one row and begins the next on the same day"

    def get_fields(self, request, obj=None):
        other = "organization" if self.fk_name == "state" else "state"
        return [other, "status", "joined", "left", "left_reason", *CITING]


class OrganizationSpells(SpellInline):
    """The spells of an organization."""

    fk_name = "organization"


class StateSpells(SpellInline):
    """The spells of a state."""

    fk_name = "state"
    ordering = ["organization__name", "joined_earliest"]


@admin.register(Membership)
class MembershipAdmin(FactAdmin):
    """Spells of membership: state, organization, status and dates."""

    list_display = [
        "state",
        "organization",
        "status",
        "joined_as_known",
        "left_as_known",
        "left_reason",
        "sources",
        "confidence",
    ]
    list_display_links = ["state", "status"]
    list_filter = ["status", Ongoing, HasSource, "confidence", "left_reason", "joined_basis"]
    list_select_related = ["organization", "state"]
    autocomplete_fields = ["organization", "state"]
    inlines = [CITATIONS["membership"]]
    search_help_text = "Names of states and organizations, in any language and script: “ОДКБ Armenia”."
    fieldsets = [
        (None, {"fields": [("state", "organization"), "status"]}),
        (
            "When",
            {
                "fields": [("joined", "left"), ("joined_basis", "left_basis"), "left_reason"],
                "description": "As precisely as it is known: 1952, 1952-02 or 1952-02-18. A change of status ends this "
                "membership and begins another on the same day.",
            },
        ),
        CITING_FIELDSET,
        TRUTH_FIELDSET,
    ]

    actions = [*FactAdmin.actions, "end_spells"]

    def get_urls(self):
        view = self.admin_site.admin_view(EndSpells.as_view(model_admin=self))
        return [path("end/", view, name="alliances_membership_end"), *super().get_urls()]

    @admin.action(permissions=["change"], description="End these memberships…")
    def end_spells(self, request, queryset):
        """End the ongoing ones among the chosen, all on one date, according to one source."""
        return opening(EndSpells, self, request, queryset)

    def get_queryset(self, request):
        return super().get_queryset(request).with_names()

    @admin.display(description="joined", ordering="joined_earliest")
    def joined_as_known(self, spell):
        """The date as it is known, sorted by the first day that it can mean."""
        return spell.joined

    @admin.display(description="left", ordering="left_latest")
    def left_as_known(self, spell):
        """The date as it is known, sorted by the last day that it can mean."""
        return spell.left or "ongoing"
