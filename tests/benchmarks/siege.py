"""One client with 20 connections against the site as orgsite/deploy/ has it: `python -m tests.benchmarks.siege`.

For 30 seconds it asks for the dearest addresses, leaves requests half written and sends bodies a byte at a time, all
from one address. Meanwhile another reader asks for `/healthz` and for pages, and an editor saves, each from an address
of their own. Needs nginx and Redis, and a server of PostgreSQL named by DATABASE_URL. Exits with 1 where somebody
waited for longer than promised (README of orgsite/deploy/).
"""

import os
import random
import re
import socket
import ssl
import sys
import tempfile
import threading
import time
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

import django

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")
django.setup()

from django.db import connection  # noqa: E402  What follows needs Django set up.

from .. import deployment  # noqa: E402
from ..test_admin_edits import typed  # noqa: E402

CONNECTIONS, SECONDS = 20, 30
# Who: the 95th percentile that is promised, in seconds.
PROMISED = {"/healthz": 0.25, "a page": 2, "a save": 6}
PAGES = ["/", "/states/arm/", "/organizations/csto/?on=2008", "/memberships/?state=ARM", "/search/?q=nato"]


def dearest(site):
    """Return the addresses that cost the most: as many codes, words and years as are answered."""

    def twenty(nouns, section):
        return re.findall(f"/{nouns}/([^/<]+)/", site.ask(f"/sitemap-{section}.xml").body.decode())[:20]

    states, organizations = (
        [code.upper() for code in twenty("states", "state")],
        twenty("organizations", "organization"),
    )
    return [
        "/organizations/?" + urlencode([("match", "all"), *(("state", code) for code in states)]),
        "/states/?" + urlencode([("match", "all"), *(("organization", slug) for slug in organizations)]),
        "/compare/?" + urlencode([("organization", slug) for slug in organizations]),
        "/search/?q=a+b+c+d+e+f+g+h",
        "/memberships/?q=a+b+c+d+e+f+g+h&page=5",
        "/changes/?from=0001&to=9999",
        "/feeds/changes/?from=0001",
        "/organizations/un/",
        "/organizations/un/history/",
        "/sitemap-state.xml",
    ]


class Siege:
    """The client: each connection does one of the three things after the other, until the time is over."""

    def __init__(self, site, addresses, end):
        self.site, self.addresses, self.end = site, addresses, end
        self.done = {"dear": 0, "told to wait": 0, "half": 0, "slow": 0}

    def connect(self):
        context = ssl._create_unverified_context()  # noqa: S323  Its certificate is of this minute.
        plain = socket.create_connection(("127.0.0.1", self.site.ports.https), timeout=20)
        return context.wrap_socket(plain, server_hostname="example.org")

    def run(self, number):
        chance = random.Random(number)
        while time.monotonic() < self.end:
            with suppress(OSError):
                chance.choice((self.dear, self.dear, self.dear, self.half, self.slow))(chance)

    def dear(self, chance):
        answer = deployment.Visitor(self.site).ask(chance.choice(self.addresses))
        self.done["dear" if answer.status != 429 else "told to wait"] += 1

    def half(self, chance):
        with self.connect() as there:
            there.sendall(b"GET / HTTP/1.1\r\nHost: example.org\r\nX-Half: ")
            self.done["half"] += 1
            self.wait(chance.uniform(2, 8))

    def slow(self, chance):
        with self.connect() as there:
            there.sendall(
                b"POST /suggest/organization/nato/ HTTP/1.1\r\nHost: example.org\r\nContent-Length: 1000\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=" + b"a" * 32 + b"\r\n\r\n"
            )
            self.done["slow"] += 1
            for _ in range(chance.randrange(2, 12)):
                there.sendall(b"a")
                self.wait(1)

    def wait(self, seconds):
        time.sleep(max(0, min(seconds, self.end - time.monotonic())))


def timed(ask, end, pause, into):
    """Ask until the end; keep how long each answer took, and its status."""
    while time.monotonic() < end:
        began = time.monotonic()
        status = ask()
        into.append((time.monotonic() - began, status))
        time.sleep(pause)


def saving(editor):
    """Return what saves an organization's form again, each time with another note."""
    listed = editor.ask("/admin/alliances/organization/?q=csto").body.decode()
    form = re.search(r"/admin/alliances/organization/\d+/change/", listed)[0]
    number = iter(range(10_000))

    def save():
        data = typed(editor.ask(form)) | {"note": f"Saved under siege, number {next(number)}.", "_save": "Save"}
        return editor.send(form, data).status

    return save


def main():
    """Print how long the others waited, and what the client did meanwhile."""
    if connection.vendor != "postgresql" or deployment.missing():
        sys.exit(f"It needs PostgreSQL (DATABASE_URL) and on this machine: {deployment.missing()}")
    with tempfile.TemporaryDirectory() as folder, deployment.deployed(Path(folder)) as site:
        run(site)


def run(site):
    """Besiege a site, and print how long the others waited."""
    editor = deployment.Visitor(site, "127.0.0.4")
    if editor.log_in().status != 302:
        sys.exit("The editor cannot log in.")
    one, another, pages = deployment.Visitor(site, "127.0.0.2"), deployment.Visitor(site, "127.0.0.3"), cycle(PAGES)
    asking = {
        "/healthz": (lambda: one.ask("/healthz").status, 0.1),
        "a page": (lambda: another.ask(next(pages)).status, 0.3),
        "a save": (saving(editor), 1),
    }
    addresses, end, wrong = dearest(site), time.monotonic() + SECONDS, []
    siege = Siege(site, addresses, end)
    waited = {name: [] for name in asking}
    threads = [threading.Thread(target=siege.run, args=[number]) for number in range(CONNECTIONS)]
    threads += [
        threading.Thread(target=timed, args=[ask, end, pause, waited[name]]) for name, (ask, pause) in asking.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = ", ".join(f"{count} {what}" for what, count in siege.done.items())
    sys.stdout.write(f"{CONNECTIONS} connections for {SECONDS} s: {told}\n")
    for name, promised in PROMISED.items():
        times = [seconds for seconds, _ in waited[name]]
        statuses = sorted({status for _, status in waited[name]})
        slow = quantiles(times, n=20)[-1] if len(times) > 1 else float("inf")
        sys.stdout.write(
            f"{name}: {len(times)} times, {statuses}, median {median(times):.3f} s, 95 % below {slow:.3f} s "
            f"(promised {promised}), longest {max(times):.3f} s\n"
        )
        if slow > promised or statuses not in ([200], [302]):
            wrong.append(name)
    sys.exit(f"Too slow or refused: {', '.join(wrong)}" if wrong else 0)


if __name__ == "__main__":
    main()
