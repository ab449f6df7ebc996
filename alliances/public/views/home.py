"""The home page."""

from django.db.models import Count

from alliances import dates
from alliances.derived import events
from alliances.models import Membership, Organization, Source, State
from alliances.public.charts import tiles
from alliances.publishing import json_ld
from alliances.text import fold

from .base import AskedPage


class Home(AskedPage):
    """What this is, every organization with its members today, and what changed lately."""

    template = "alliances/home.html"

    def context(self, on):
        numbers = Membership.objects.binding().on(on).counts_by_state()
        map_, steps = tiles.by_number(State.objects.on_map(), numbers, on)
        kinds = dict(State.objects.order_by().values_list("kind").annotate(number=Count("pk")))
        return {
            "map": map_,
            "steps": steps,
            "organizations": sorted(
                Organization.objects.with_member_counts(on), key=lambda organization: fold(organization.acronym)
            ),
            "changes": events.events(dates.ALWAYS, dates.next_day(on.latest))[:12],
            "counts": {
                "states": kinds.get(State.Kind.STATE, 0),
                "territories": kinds.get(State.Kind.TERRITORY, 0),
                "memberships": Membership.objects.count(),
                "sources": Source.objects.count(),
            },
        }

    def linked(self, context, here):
        return json_ld.site(here)
