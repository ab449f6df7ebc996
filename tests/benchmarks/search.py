"""How long searches take, with our facts and with many more: `python -m tests.benchmarks.search`.

On the default database, in process, the median of nine, in processor time; figures of one run, to be read as ratios.
The many are written into a transaction that is taken back: 500 organizations, 20,000 provisions, 20,000 sources.
"""

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")

PATHS = [
    "/states/",
    "/search/?q=csto",
    "/search/?q=a",
    "/search/?q=одкб",
    "/search/?q=collective+security+treaty",
    "/search/?q=uzbekstan",
    "/search/suggestions/?q=eura",
]


def median(client, path):
    """Return the median time of an answer in milliseconds."""
    times = []
    for _ in range(9):
        began = time.process_time()
        response = client.get(path)
        times.append(time.process_time() - began)
        if response.status_code != 200:
            sys.exit(f"{path} answered {response.status_code}")
    return statistics.median(times) * 1000


def crowd():
    """Write many more facts."""
    from alliances.models import Organization, Provision, Source

    homes = Organization.objects.bulk_create(
        Organization(
            unsourced="For the benchmark",
            slug=f"org-{n}",
            acronym=f"ORG{n}",
            name=f"Organization of the number {n}",
            kind="forum",
            founded="1990",
            note="It has a note of some length, as most of ours have. " * 5,
        )
        for n in range(500)
    )
    text = "Parties consult on all questions of security that touch their interests, and agree their positions"
    Provision.objects.bulk_create(
        Provision(unsourced="For the benchmark", organization=homes[n % 500], kind="purpose", text=f"{text}, {n}")
        for n in range(20_000)
    )
    Source.objects.bulk_create(
        Source(
            key=f"s-{n}",
            title=f"Report on the membership of a state, number {n}",
            author="An Author",
            publisher="A Publisher",
            kind="secondary",
        )
        for n in range(20_000)
    )


def main():
    """Print the times with our facts, with many, and the ratios."""
    django.setup()
    from django.db import transaction
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    ours = [median(client, path) for path in PATHS]
    with transaction.atomic():
        crowd()
        many = [median(client, path) for path in PATHS]
        transaction.set_rollback(True)
    for path, few, lots in zip(PATHS, ours, many, strict=True):
        sys.stdout.write(f"{path}: {few:.0f} ms, {few / ours[0]:.1f} of /states/; with many: {lots:.0f} ms, ")
        sys.stdout.write(f"{lots / few:.0f} times as long\n")


if __name__ == "__main__":
    main()
