"""What the timeline of the UN (203 spells) costs beside its table alone: `python -m tests.benchmarks.timeline`.

On the facts of the default database, in process: the same spells as a chart and as a table, each from the spells to
the finished HTML, in turns, the median of 21 rounds; and the whole page for comparison.
"""

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")

ROUNDS = 21
TEMPLATE = """
{% from "components/charts.html" import definitions, timeline %}
{% from "components/membership.html" import membership_table %}
{% if chart %}{{ definitions() }}{{ timeline(chart, on, "Timeline", "#members") }}{% endif %}
{% for held, spells in roster.now.items() %}{{ membership_table(spells, on, notes, "state", held) }}{% endfor %}
{{ membership_table(roster.former, on, notes, "state", "Former") }}
{{ membership_table(roster.earlier, on, notes, "state", "Earlier") }}
"""


def main():
    """Print the medians, their difference and the ratio."""
    django.setup()
    from django.template import engines
    from django.test import Client

    from alliances import dates
    from alliances.derived.roster import Roster
    from alliances.models import Organization
    from alliances.public.charts.timeline import Timeline
    from alliances.publishing.footnotes import Footnotes

    organization = Organization.objects.filter(slug="un").first()
    if organization is None:
        sys.exit("There are no facts in this database: run `python manage.py quickstart --setup-only` first.")
    spells = list(organization.memberships.select_related("state"))
    on = dates.on_today()
    notes = Footnotes(spells, on=on)
    template = engines["jinja2"].from_string(TEMPLATE)

    def render(with_chart):
        began = time.perf_counter()
        roster = Roster(spells, on)
        chart = Timeline(roster, on, "state") if with_chart else None
        template.render({"roster": roster, "chart": chart, "on": on, "notes": notes})
        return (time.perf_counter() - began) * 1000

    render(True), render(False)
    pairs = [(render(False), render(True)) for _ in range(ROUNDS)]
    table, both = (statistics.median(column) for column in zip(*pairs, strict=True))
    client = Client(HTTP_HOST="localhost")
    client.get("/organizations/un/")
    began = time.perf_counter()
    client.get("/organizations/un/")
    page = (time.perf_counter() - began) * 1000
    sys.stdout.write(
        f"{len(spells)} spells: table alone {table:.1f} ms, with the timeline {both:.1f} ms, "
        f"{both - table:.1f} ms more, ratio {both / table:.2f}; the whole page {page:.0f} ms\n"
    )


if __name__ == "__main__":
    main()
