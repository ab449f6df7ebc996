"""How long a thousand entries of the feed take, beside the page of the same changes: `python -m tests.benchmarks.feed`.

On the facts of the default database, in process, the median of nine; figures of one run, to be read as a ratio.
"""

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")


def median(client, path):
    """Return the median time of an answer in milliseconds, and its size in kB."""
    times = []
    for _ in range(9):
        began = time.perf_counter()
        response = client.get(path)
        times.append(time.perf_counter() - began)
    if response.status_code != 200:
        sys.exit(f"{path} answered {response.status_code}")
    return statistics.median(times) * 1000, len(response.content) / 1000


def main():
    """Print the two times and their ratio."""
    django.setup()
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    feed, size = median(client, "/feeds/changes/?from=1900")
    page, _ = median(client, "/changes/?from=1900")
    sys.stdout.write(f"feed, 1,000 entries: {feed:.0f} ms, {size:.0f} kB; page of 200 events: {page:.0f} ms; ")
    sys.stdout.write(f"ratio {feed / page:.1f}\n")


if __name__ == "__main__":
    main()
