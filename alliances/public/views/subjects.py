"""What the pages of an organization and of a state have in common: one screen and its tabs, a date, a table."""

from alliances.derived import affiliation
from alliances.derived.roster import Roster
from alliances.models import Citation
from alliances.public.charts.timeline import Timeline
from alliances.public.date_navigation import change_dates, date_shown
from alliances.public.figures import Figure, height_of_map, height_of_timeline
from alliances.public.tabs import Tab, first_rows
from alliances.publishing.footnotes import Footnotes, SourcesUsed
from alliances.queries.params import SubjectQuery

from .base import FactPage


class SubjectPage(FactPage):
    """The page of an organization or a state; `tab` is the part of it that is shown, `?view=all` shows all of them.

    `TABS` are its parts in their order, the first at the address of the page itself: the last part of the address, and
    what each is called. For each but the history a method of its name, after an underscore, returns its context and its
    facts, for the notes. `ALWAYS` are tabs that stand even if they are empty. `side` is what a row of the table is.
    """

    query = SubjectQuery
    tab = ""
    all_rows = False
    side = ""
    TABS: dict[str, str]
    ALWAYS = ()

    @property
    def whole(self):
        """Whether all tabs are shown on one page."""
        return self.parsed.cleaned["view"] == "all"

    @property
    def is_first(self):
        """Whether the tab is the one at the address of the page itself."""
        return self.tab == next(iter(self.TABS))

    def detail_context(self, subject, on):
        shown = [tab for tab in self.TABS if tab != "history"] if self.whole else [self.tab]
        spells = self.spells(subject)
        shown_on = date_shown(subject, on)
        roster = Roster(spells, on)
        context = {
            "shown_tabs": shown,
            "tab_title": "" if self.is_first else self.TABS[self.tab],
            "whole": self.whole,
            "spells": spells,
            "shown_on": shown_on,
            "roster": roster,
            "shown_roster": roster if shown_on == on else Roster(spells, shown_on),
            "names": list(subject.names.all()),
            "change_dates": change_dates([subject], spells),
        }
        context |= self.subject_context(subject, on, context)
        groups = [[subject], context["names"], *self.noted(context)]
        for tab in shown:
            more, facts = getattr(self, f"_{tab}")(subject, shown_on, context)
            context |= more
            groups += facts
        context["notes"] = Footnotes(*groups, on=on)
        context["tabs"] = self._tabs(subject, self.numbers(subject, context))
        return context

    def spells(self, subject):
        """Return its memberships, with what a row of the table names."""
        raise NotImplementedError

    def subject_context(self, subject, on, context):
        """Return the context that every tab needs."""
        raise NotImplementedError

    def noted(self, context):
        """Return the groups of facts of which every tab shows the sources."""
        return []

    def numbers(self, subject, context):
        """Return how many things each tab holds; a tab that is not named holds something."""
        raise NotImplementedError

    def table(self, groups, context):
        """Return the context of the table, which is the timeline, too, from all its rows in groups; and its facts."""
        asked = self.parsed.cleaned
        every_row = self.whole or self.all_rows or asked["rows"] == "all"
        kept = first_rows(groups, whole=every_row, words=asked["q"])
        chart = Timeline(kept.groups, context["spells"], context["shown_on"], self.side)
        return {"kept": kept, "chart": chart}, [kept.spells]

    def grouped(self, context):
        """Return the rows of the table on the date that is shown."""
        return affiliation.grouped(context["spells"], context["shown_on"], self.side)

    def _tabs(self, subject, numbers):
        home = subject.get_absolute_url()
        return [
            Tab(name, label, home + ("" if place == 0 else f"{name}/"), numbers.get(name, 0), name == self.tab)
            for place, (name, label) in enumerate(self.TABS.items())
            if numbers.get(name, 1) or name == self.tab or name in self.ALWAYS
        ]

    def _sources(self, subject, on, context):
        return {"used": SourcesUsed(Citation.objects.belonging_to(subject).with_named())}, []

    def title(self, context):
        """Title the page with its subject, and the tab."""
        name = str(context["fact"])
        return name if self.is_first else f"{name}: {self.TABS[self.tab].lower()}"

    def figures(self, context, here):
        home, chart = self.home(context), context.get("chart")
        found = []
        if chart and chart.groups:
            found.append(Figure("timeline", here, home, "rows", height_of_timeline(chart)))
        if "world" in context:
            found.append(Figure("map", here, home, "map", height_of_map(context["world"])))
        # Of a long table a picture has only the first rows: the map says more.
        return found[::-1] if "kept" in context and context["kept"].large else found

    def sources(self, context):
        if "used" in context:
            return [each.source for each in context["used"]]
        return super().sources(context)
