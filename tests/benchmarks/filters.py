"""What a choice of all states costs, in four ways, beside the whole form: `python -m tests.benchmarks.filters`.

On the facts of the default database, in process, the median of fifty; figures of one run, to be read as ratios.
"""

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")

# As the macro stood that the text field with a datalist replaced.
SELECT = """<select multiple>{% for value, label in choices %}{% if value %}<option value="{{ value }}"
{% if value in chosen %} selected{% endif %}>{{ label }}</option>{% endif %}{% endfor %}</select>"""


def median(make):
    """Return the median time of a call in milliseconds."""
    make()
    times = []
    for _ in range(50):
        began = time.perf_counter()
        make()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def main():
    """Print each time, and its ratio to the datalist, its query included."""
    django.setup()
    from django import forms
    from django.http import QueryDict
    from django.template import engines
    from django.test import Client

    from alliances.models import Organization
    from alliances.queries import vocabularies
    from alliances.queries.filters import OrganizationFilter

    env = engines["jinja2"].env
    form = env.get_template("components/list.html").module.filter_form
    select = env.from_string(SELECT)
    states = vocabularies.states()
    query = QueryDict("state=ARM&state=TUR&match=all")
    client = Client(HTTP_HOST="localhost")

    def whole(asked):
        return lambda: form(asked(), "/organizations/", {})

    def filterset():
        return OrganizationFilter(query, Organization.objects.all())

    ready = filterset()
    ready.problems, ready.datalists[0].datalist
    widget = forms.SelectMultiple(choices=list(states.words.items()))
    datalist = median(lambda: vocabularies.states().datalist)
    figures = {
        f"a select of {len(states.words)} states by Django's widget": median(lambda: widget.render("state", ["ARM"])),
        "the same by a loop in Jinja2": median(lambda: select.render(choices=states.words.items(), chosen=["ARM"])),
        "the datalist, with the query for it": datalist,
        "the datalist, kept (a cache by revision)": median(lambda: states.datalist),
        "the whole form of /organizations/, with its query": median(whole(filterset)),
        "the whole form, its states kept": median(whole(lambda: ready)),
        "the whole page": median(lambda: client.get("/organizations/?state=ARM&state=TUR&match=all")),
    }
    for what, time_ in figures.items():
        sys.stdout.write(f"{what:52} {time_:7.3f} ms  {time_ / datalist:5.2f}\n")
    options = len(str(widget.render("state", ["ARM"])))
    sys.stdout.write(f"a select weighs {options / 1000:.1f} kB, the datalist {len(states.datalist) / 1000:.1f} kB\n")


if __name__ == "__main__":
    main()
