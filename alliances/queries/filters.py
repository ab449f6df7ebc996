"""What a list can be asked: one FilterSet per resource, for its page and, later, its CSV and JSON."""

from alliances import dates
from alliances.derived.stated_counts import open_disagreements
from alliances.models import Citation, CollectiveForce, Council, Document, Membership, Organization, Source, State
from alliances.models.citation import FACTS

from .common_filters import match_filter, on_filter, organization_filter, state_filter, status_filter
from .ordering import ignoring_case
from .params import Choice, Codes, CombinedCodes, ListFilter, On, Order


class OrganizationFilter(ListFilter):
    """Organizations by their members: state, status and date apply to one and the same spell."""

    state = state_filter(help_text="One or several states, by ISO code: organizations in which they have a membership.")
    match = match_filter("states")
    status = status_filter("Of that membership; without it, the statuses that count as membership.")
    kind = Codes(choices=Organization.Kind.choices, label="Type", help_text="One or several types.")
    on = on_filter("The date to look at, for example 2008-01-01 or 1993; default today.")
    active = Choice(
        method="is_active",
        choices=[("yes", "exists on the date"), ("no", "does not exist on the date")],
        default="existing or not",
        label="Active",
        help_text="Whether the organization exists on the date.",
    )
    order = Order(
        {
            "name": ("Name", ["folded"]),
            "acronym": ("Acronym", [ignoring_case("acronym")]),
            "kind": ("Type", ["kind", "folded"]),
            "founded": ("Founded", ["founded_earliest", "folded"]),
            "members": ("Members", ["members", "folded"]),
        }
    )

    matched = "state"

    class Meta:
        model = Organization
        fields = []

    def is_active(self, queryset, name, value):
        """Answer `active`."""
        return queryset.active(self.on, value == "yes")

    def together(self, queryset, cleaned):
        """Apply states, match, status and date at once, and count the members on that date."""
        if cleaned["state"] or cleaned["status"]:
            queryset = queryset.with_members(cleaned["state"], cleaned["match"] or "any", cleaned["status"], self.on)
        return queryset.with_member_counts(self.on)


class StateFilter(ListFilter):
    """States by the organizations they are in."""

    organization = organization_filter(
        CombinedCodes, help_text="One or several organizations, by slug: states with a membership in them."
    )
    match = match_filter("organizations")
    status = status_filter("Of that membership; without it, the statuses that count as membership.")
    kind = Codes(choices=State.Kind.choices, label="Kind", help_text="States, or territories in their own right.")
    region = Codes(choices=State.Region.choices, label="Region", help_text="One or several regions (UN M49).")
    on = on_filter("The date to look at, for example 2008-01-01 or 1993; default today.")
    order = Order(
        {
            "name": ("Name", ["folded"]),
            "iso3": ("Code", ["iso3"]),
            "region": ("Region", ["region", "subregion", "folded"]),
            "organizations": ("Organizations", ["organizations", "folded"]),
        }
    )

    matched = "organization"

    class Meta:
        model = State
        fields = []

    def together(self, queryset, cleaned):
        """Apply organizations, match, status and date at once, and count the organizations on that date."""
        if cleaned["organization"] or cleaned["status"]:
            queryset = queryset.in_organizations(
                cleaned["organization"], cleaned["match"] or "any", cleaned["status"], self.on
            )
        return queryset.with_organization_counts(self.on)


class MembershipFilter(ListFilter):
    """Spells; without a date, of all times."""

    state = state_filter(Codes, field_name="state__iso3", help_text="One or several states, by ISO code.")
    organization = organization_filter(field_name="organization__slug")
    status = Codes(choices=Membership.Status.choices, label="Status", help_text="One or several statuses.")
    basis = Codes(
        choices=Membership.Basis.choices,
        label="Dated by",
        field_name="joined_basis",
        help_text="The act by which the beginning is dated.",
    )
    region = Codes(
        choices=State.Region.choices,
        label="Region",
        field_name="state__region",
        help_text="One or several regions of the world, of the states.",
    )
    type = Codes(
        choices=Organization.Type.choices,
        label="Type of organization",
        method="of_type",
        help_text="One or several types, of the organizations.",
    )
    on = on_filter("Memberships that hold on this date; without it, of all times.")
    order = Order(
        {
            "organization": ("Organization", ["organization__folded", "state__folded", "joined_earliest"]),
            "state": ("State", ["state__folded", "organization__folded", "joined_earliest"]),
            "status": ("Status", ["status", "organization__folded", "state__folded"]),
            "joined": ("Joined", ["joined_earliest", "organization__folded", "state__folded"]),
            "left": ("Left", ["left_latest", "organization__folded", "state__folded"]),
        }
    )

    class Meta:
        model = Membership
        fields = []

    @classmethod
    def get_filters(cls):
        """Add the period; `from` is a word of Python."""
        return {
            **super().get_filters(),
            "from": On(
                field_name="from", label="From", help_text="Memberships that held at some time from this date on."
            ),
            "to": On(field_name="to", label="To", help_text="Memberships that held at some time up to this date."),
        }

    def of_type(self, queryset, name, value):
        """Answer `type`."""
        kinds = [kind for word in value for kind in Organization.TYPES[Organization.Type(word)]]
        return queryset.filter(organization__kind__in=kinds) if value else queryset

    def contradictions(self):
        """Refuse a period that ends before it begins, and one beside a date."""
        first, last = self.cleaned["from"], self.cleaned["to"]
        if (first or last) and self.cleaned["on"]:
            return {"on": ["Ask for a date, or for a period (from, to), not for both."]}
        if first and last and first.earliest > last.latest:
            return {"to": ["The period ends before it begins. Give a later date."]}
        return super().contradictions()

    def together(self, queryset, cleaned):
        """Keep the spells that hold on the date, or at some time in the period, if one was asked for."""
        if cleaned["from"] or cleaned["to"]:
            first = cleaned["from"].earliest if cleaned["from"] else dates.ALWAYS
            last = cleaned["to"].latest if cleaned["to"] else dates.NEVER
            return queryset.on(dates.PartialDate(f"{first}/{last}", first, last))
        return queryset.on(cleaned["on"]) if cleaned["on"] else queryset


class ForceFilter(ListFilter):
    """Collective forces."""

    state = state_filter(label="Participant", help_text="Forces in which one of these states takes part on the date.")
    organization = organization_filter(field_name="organization__slug")
    kind = Codes(choices=CollectiveForce.Kind.choices, label="Kind", help_text="One or several kinds.")
    on = on_filter("Forces that exist on this date; without it, of all times, participants of today.")
    order = Order(
        {
            "name": ("Name", ["folded"]),
            "organization": ("Organization", ["organization__folded", "folded"]),
            "kind": ("Kind", ["kind", "folded"]),
            "established": ("Established", ["established_earliest", "folded"]),
        }
    )

    class Meta:
        model = CollectiveForce
        fields = []

    def together(self, queryset, cleaned):
        """Keep the forces that exist on the date, and in which the states take part then."""
        if cleaned["on"]:
            queryset = queryset.on(cleaned["on"])
        return queryset.with_participants(cleaned["state"], self.on) if cleaned["state"] else queryset


class CouncilFilter(ListFilter):
    """Councils."""

    state = state_filter(help_text="Bodies of organizations of which one of these states is a member on the date.")
    organization = organization_filter(field_name="organization__slug")
    level = Codes(choices=Council.Level.choices, label="Level", help_text="One or several levels.")
    on = on_filter("Bodies that exist on this date; without it, of all times, members of today.")
    order = Order(
        {
            "name": ("Name", ["folded"]),
            "organization": ("Organization", ["organization__folded", "folded"]),
            "level": ("Level", ["level", "folded"]),
        }
    )

    class Meta:
        model = Council
        fields = []

    def together(self, queryset, cleaned):
        """Keep the councils that exist on the date, of organizations of which the states are members then."""
        if cleaned["on"]:
            queryset = queryset.on(cleaned["on"])
        return queryset.of_organizations_with(cleaned["state"], self.on) if cleaned["state"] else queryset


class DocumentFilter(ListFilter):
    """Documents."""

    state = state_filter(label="Party", help_text="Documents of which one of these states is a party on the date.")
    organization = organization_filter(field_name="organization__slug")
    kind = Codes(choices=Document.Kind.choices, label="Kind", help_text="One or several kinds.")
    on = on_filter("Documents in force on this date; without it, of all times, parties of today.")
    order = Order(
        {
            "title": ("Title", ["folded"]),
            "organization": ("Organization", ["organization__folded", "folded"]),
            "kind": ("Kind", ["kind", "folded"]),
            "signed": ("Signed", ["signed_earliest", "folded"]),
        }
    )

    class Meta:
        model = Document
        fields = []

    def together(self, queryset, cleaned):
        """Keep the documents in force on the date, to which the states are parties then."""
        if cleaned["on"]:
            queryset = queryset.on(cleaned["on"])
        return queryset.with_parties(cleaned["state"], self.on) if cleaned["state"] else queryset


class SourceFilter(ListFilter):
    """Sources."""

    kind = Codes(choices=Source.Kind.choices, label="Kind", help_text="Primary, secondary, tertiary.")
    on = on_filter("Sources are the same on every date: it is kept for the pages that you go to from here.")
    order = Order(
        {
            "title": ("Title", ["folded"]),
            "publisher": ("Publisher", [ignoring_case("publisher"), "folded"]),
            "published": ("Published", ["published_earliest", "folded"]),
            "facts": ("Citations", ["facts", "folded"]),
        }
    )

    class Meta:
        model = Source
        fields = []

    def together(self, queryset, cleaned):
        """Count the citations of each source."""
        return queryset.with_citation_counts()


class DisagreementFilter(ListFilter):
    """Citations whose source contradicts what we hold now."""

    state = state_filter(help_text="About one of these states: its memberships, treaty actions, chairs.")
    organization = organization_filter(CombinedCodes)
    kind = CombinedCodes(
        choices=[(kind, kind) for kind in FACTS],
        label="Kind of fact",
        help_text="What the source speaks of, for example membership.",
    )
    on = on_filter("Disagreements are the same on every date: it is kept for the pages that you go to from here.")
    order = Order(
        {"source": ("Source", ["source__folded"]), "published": ("Published", ["source__published_earliest"])}
    )

    class Meta:
        model = Citation
        fields = []

    def together(self, queryset, cleaned):
        """Keep the open disagreements about these states and organizations."""
        return open_disagreements(queryset).about(cleaned["state"], cleaned["organization"], cleaned["kind"])
