"""Rules about dates alone: what is too far off, and what says too little."""

from django.db.models import IntegerField, Q
from django.db.models.functions import Cast, Substr

from alliances import dates
from alliances.models import Membership, kinds
from alliances.models.date_columns import dated_columns
from alliances.quality.engine import Level, Suspects, rule

WIDE = 20
DATED = [kind.model for kind in kinds.facts() if dated_columns(kind.model)]


@rule("later-than-next-year", Level.ERROR, "A date later than next year", *DATED)
def later_than_next_year(model):
    """A date that no form takes, for nobody knows so far ahead: leave it empty if it goes on."""
    limit = f"{dates.today().year + 2}-01-01"
    columns = dated_columns(model)
    late = Q()
    for column in columns:
        known = ~Q(**{f"{column}__in": ["", dates.UNKNOWN]})
        late |= known & Q(**{f"{column}_earliest__gte": limit})
        late |= known & Q(**{f"{column}_latest__gte": limit, f"{column}_latest__lt": dates.NEVER})
    return Suspects(
        model.objects.filter(late),
        lambda fact: f"{fact}: a date is later than next year.",
        about=lambda fact: "|".join(getattr(fact, column) for column in columns),
    )


@rule("wide-interval", Level.HINT, f"A date that may be any in more than {WIDE} years", Membership)
def wide_interval(model):
    """A source that lists the state earlier, or does not list it later, would say more."""

    def years(column):
        first, last = (Cast(Substr(f"{column}_{end}", 1, 4), IntegerField()) for end in ("earliest", "latest"))
        return last - first

    spells = Membership.objects.annotate(joined_years=years("joined"), left_years=years("left"))
    wide = Q()
    for column in ("joined", "left"):
        # What is open on one side is not wide, but not known.
        wide |= Q(**{f"{column}__startswith": "[", f"{column}_years__gt": WIDE, f"{column}_latest__lt": dates.NEVER})
    return Suspects(
        spells.filter(wide),
        lambda spell: f"{spell}: no source is cited that says it more exactly.",
        about=lambda spell: f"{spell.joined}|{spell.left}",
    )
