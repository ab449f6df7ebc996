"""Twenty editors save while processes are killed: `python -m tests.benchmarks.kills`, `--kills 100`.

gunicorn serves as orgsite/deploy/ has it, three processes, on a new database: a file of SQLite, or a database on the
server of PostgreSQL that DATABASE_URL names. Every fifth `kill -9` hits the first process of gunicorn, one in ten an
import of a spreadsheet, the others a process that answers. Half way a backup is made.

Each editor writes into the note of a fact a word of their own, and after it the word that they found there. So the
history must be one chain: a word that was acknowledged and is missing is a lost write; a word that does not follow the
one before it is a lost update. An import is there as a whole or not at all. Exits with 1 if anything is lost.
"""

import argparse
import contextlib
import csv
import http.client
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import django

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")
django.setup()

from django.db import connection  # noqa: E402  What follows needs Django set up.

from ..machines import (  # noqa: E402
    GUNICORN,
    Visitor,
    collect_static,
    environment,
    free_port,
    manage,
    postgresql_database,
    sqlite_url,
)
from ..test_admin_edits import typed  # noqa: E402

EDITORS, FACTS, ROWS = 20, 30, 300
PREPARE = f"""
import json
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from alliances.models import Organization
told = {{"sessions": [], "facts": list(Organization.objects.order_by("pk").values_list("pk", flat=True)[:{FACTS}])}}
for number in range({EDITORS}):
    user = get_user_model().objects.create_user(f"e{{number}}", password="long enough for anybody", is_staff=True)
    user.groups.add(Group.objects.get(name="editors"))
    client = Client()
    client.force_login(user)
    told["sessions"].append(client.cookies["sessionid"].value)
Organization.objects.update(note="start")
print("TOLD", json.dumps(told))
"""
# Each fact's notes in the order in which they were written, with who wrote them; and what imports left.
TELL = """
import json
from collections import Counter
from alliances.models import Organization, Source
notes = {}
rows = Organization.history.order_by("history_id").values_list("id", "note", "change_set__author__username")
for key, note, author in rows:
    notes.setdefault(key, []).append([note, author])
keys = Source.objects.filter(key__startswith="import-").values_list("key", flat=True)
print("TOLD", json.dumps({"notes": notes, "imports": Counter(key.rpartition("-")[0] for key in keys)}))
"""


class Server:
    """gunicorn, started again whenever somebody killed it."""

    def __init__(self, env, log):
        self.port, self.log = free_port(), log
        self.env = env | {"BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": "3"}
        self.start()

    def start(self):
        self.master = subprocess.Popen(GUNICORN, env=self.env, stdout=self.log, stderr=self.log)

    def workers(self):
        with contextlib.suppress(FileNotFoundError):  # It is gone.
            return [*map(int, Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split())]
        return []

    def kill_master(self):
        """Kill it; whoever supervises it tries again until its orphans have let the port go."""
        self.master.kill()
        self.master.wait()
        self.start()
        for _ in range(60):
            time.sleep(0.5)
            if self.master.poll() is None and self.workers():
                return
            if self.master.poll() is not None:
                self.start()
        sys.exit("gunicorn does not come back")


class Editor(Visitor):
    """One of them: saves until the end, and remembers what was acknowledged."""

    def __init__(self, number, session, facts, server):
        super().__init__(server.port, sessionid=session)
        self.name = f"e{number}"
        # Some facts of their own, and three that all of them write.
        self.facts = facts[3 + number % (len(facts) - 3) :][:2] + facts[:3]
        self.acknowledged, self.counts, self.chance = [], Counter(), random.Random(number)

    def run(self, end):
        number = 0
        while not end.is_set():
            number += 1
            try:
                self.save(f"{self.name}-{number}")
            except (OSError, http.client.HTTPException):
                self.counts["cut off"] += 1
                time.sleep(0.2)

    def save(self, word):
        path = f"/admin/alliances/organization/{self.chance.choice(self.facts)}/change/"
        page = self.ask(path)
        if page.status != 200:
            self.counts[f"form {page.status}"] += 1
            return
        form = typed(page)
        form |= {"note": f"{word} after {form['note'].partition(' ')[0]}", "change_reason": word, "_save": "Save"}
        answer = self.ask(path, "POST", form)
        if answer.status == 302:
            self.acknowledged.append((word, time.monotonic()))
        refused = "told of another" if b"stale" in answer.body else f"save {answer.status}"
        self.counts["acknowledged" if answer.status == 302 else refused] += 1


def importing(folder, end, env, chance, server):
    """Import 300 sources again and again; kill every other import at some moment. Return what was begun."""
    begun = {}
    for number in range(1_000):
        if end.is_set():
            return begun
        file = folder / f"import-{number}.csv"
        with file.open("w", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["key", "title", "kind"])
            writer.writerows([f"import-{number}-{row}", f"Title {row}", "tertiary"] for row in range(ROWS))
        command = [sys.executable, "manage.py", "import_facts", file, "--kind", "sources", "--reason", "A trial."]
        process = subprocess.Popen(
            list(map(str, command)), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if number % 2:
            time.sleep(chance.uniform(1, 6))
            process.kill()
        begun[f"import-{number}"] = process.wait()
    return begun


def judge(told, acknowledged, begun):
    """Return what is wrong with a database, in words."""
    wrong, words = [], Counter()
    for key, versions in told["notes"].items():
        last = ""
        for note, author in versions:
            word, _, before = note.partition(" after ")
            if word not in {last, "start"} and before != last:
                wrong.append(f"organization {key}: “{note}” was written over “{last}”")
            if before and not word.startswith(f"{author}-"):
                wrong.append(f"organization {key}: “{note}” is said to be by {author}")
            words[word] += word != last
            last = word
    wrong += [f"lost: {word}" for word in acknowledged if words[word] != 1]
    for name, rows in told["imports"].items():
        if rows != ROWS:
            wrong.append(f"{name}: {rows} of {ROWS} rows")
    for name, code in begun.items():
        if code == 0 and told["imports"].get(name) != ROWS:
            wrong.append(f"{name} said that it was done")
    return wrong


def main():
    """Print what was killed, saved and found afterwards."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as made, contextlib.ExitStack() as opened:
        folder = Path(made)
        if connection.vendor == "postgresql":
            url, empty = (opened.enter_context(postgresql_database()) for _ in range(2))
        else:
            url, empty = sqlite_url(folder / "site.sqlite3"), sqlite_url(folder / "restored.sqlite3")
        sys.exit(run(folder, url, empty, kills))


def told_by(script, url, **changes):
    code, said = manage("shell", "-v0", "-c", script, url=url, **changes)
    if code:
        sys.exit(said)
    return json.loads(said.partition("TOLD ")[2])


def run(folder, url, empty, kills):
    """Let the editors save while `kills` processes are killed; return the exit code."""
    code, said = manage("quickstart", "--setup-only", url=url)
    if code:
        sys.exit(said)
    key = secrets.token_urlsafe(50)  # Sessions are of one key.
    start = told_by(PREPARE, url, SECRET_KEY=key)
    env = environment(
        DATABASE_URL=url,
        SECRET_KEY=key,
        ALLOWED_HOSTS="127.0.0.1",
        SITE_HOST="example.org",
        STATIC_ROOT=str(folder / "static"),
    )
    collect_static(env)
    chance, end, begun, killed = random.Random(1), threading.Event(), {}, Counter()
    with (folder / "log").open("w") as log:
        server = Server(env, log)
        time.sleep(5)
        editors = [Editor(number, session, start["facts"], server) for number, session in enumerate(start["sessions"])]
        threads = [threading.Thread(target=editor.run, args=[end]) for editor in editors]
        threads.append(
            threading.Thread(target=lambda: begun.update(importing(folder, end, env | {"DEBUG": "1"}, chance, server)))
        )
        for thread in threads:
            thread.start()
        backed_up = None
        for number in range(1, kills + 1):
            time.sleep(chance.uniform(0.5, 2))
            if number % 5 == 0:
                server.kill_master()
                killed["first processes"] += 1
            elif workers := server.workers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    killed["processes that answer"] += 1
            if number == kills // 2:
                before = time.monotonic()
                code, said = manage("backup", folder / "backup", url=url)
                if code:
                    sys.exit(said)
                backed_up = [word for editor in editors for word, when in editor.acknowledged if when < before]
        end.set()
        for thread in threads:
            thread.join()
        server.master.terminate()
        server.master.wait()
    killed["imports"] = sum(code == -signal.SIGKILL for code in begun.values())
    counts = sum((editor.counts for editor in editors), Counter())
    stored = sum(code == 0 for code in begun.values())
    sys.stdout.write(f"Killed: {dict(killed)}. {EDITORS} editors: {dict(counts)}. Imports stored: {stored}.\n")
    wrong = judge(told_by(TELL, url), [word for editor in editors for word, _ in editor.acknowledged], begun)
    code, said = manage("restore", folder / "backup", url=empty)
    wrong += [] if code == 0 else [said]
    wrong += [f"in the backup: {each}" for each in judge(told_by(TELL, empty), backed_up, {})]
    code, said = manage("check_facts", "--level", "error", url=empty)
    wrong += [] if code == 0 else [said]
    sys.stdout.write(f"Acknowledged before the backup, and in it: {len(backed_up)}. Wrong: {len(wrong)}.\n")
    sys.stdout.writelines(f"{each}\n" for each in wrong[:20])
    return 1 if wrong or not counts["acknowledged"] else 0


if __name__ == "__main__":
    main()
