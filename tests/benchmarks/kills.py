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
from types import SimpleNamespace
from urllib.parse import urlencode

import django

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")

EDITORS, FACTS, ROWS = 20, 30, 300
PREPARE = f"""
import json
from django.conf import settings
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY, get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from alliances.models import Organization
told = {{"sessions": [], "facts": list(Organization.objects.order_by("pk").values_list("pk", flat=True)[:{FACTS}])}}
for number in range({EDITORS}):
    user = get_user_model().objects.create_user(f"e{{number}}", password="long enough for anybody", is_staff=True)
    user.groups.add(Group.objects.get(name="editors"))
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session.create()
    told["sessions"].append(session.session_key)
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
        from ..machines import free_port

        self.port, self.log = free_port(), log
        self.env = env | {"BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": "3"}
        self.start()

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "--config", "orgsite/deploy/gunicorn.conf.py"]
        self.master = subprocess.Popen(command, env=self.env, stdout=self.log, stderr=self.log)

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


def fields(content):
    """Return the fields of a form as it stands."""
    from ..test_admin_edits import typed

    return typed(SimpleNamespace(content=content))


class Editor:
    """One of them: saves until the end, and remembers what was acknowledged."""

    def __init__(self, number, session, facts, server):
        self.name, self.server = f"e{number}", server
        self.cookies = {"sessionid": session}
        # Some facts of their own, and three that all of them write.
        self.facts = facts[3 + number % (len(facts) - 3) :][:2] + facts[:3]
        self.acknowledged, self.counts, self.chance = [], Counter(), random.Random(number)

    def ask(self, method, path, form=None):
        asked = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            asked.request(method, path, urlencode(form) if form else None, headers)
            answer = asked.getresponse()
            content = answer.read()
        finally:
            asked.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, value = cookie.partition(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, content

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
        status, content = self.ask("GET", path)
        if status != 200:
            self.counts[f"form {status}"] += 1
            return
        form = fields(content)
        form |= {"note": f"{word} after {form['note'].partition(' ')[0]}", "change_reason": word, "_save": "Save"}
        status, content = self.ask("POST", path, form)
        if status == 302:
            self.acknowledged.append((word, time.monotonic()))
        stale = b"stale" in content
        self.counts["acknowledged" if status == 302 else "told of another" if stale else f"save {status}"] += 1


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
    django.setup()
    from django.db import connection

    from ..machines import postgresql_database, sqlite_url

    with tempfile.TemporaryDirectory() as made, contextlib.ExitStack() as opened:
        folder = Path(made)
        if connection.vendor == "postgresql":
            url, empty = (opened.enter_context(postgresql_database()) for _ in range(2))
        else:
            url, empty = sqlite_url(folder / "site.sqlite3"), sqlite_url(folder / "restored.sqlite3")
        sys.exit(run(folder, url, empty, kills))


def told_by(script, url, **changes):
    from ..machines import manage

    code, said = manage("shell", "-v0", "-c", script, url=url, **changes)
    if code:
        sys.exit(said)
    return json.loads(said.partition("TOLD ")[2])


def run(folder, url, empty, kills):
    """Let the editors save while `kills` processes are killed; return the exit code."""
    from ..machines import environment, manage

    for command in (["quickstart", "--setup-only"],):
        code, said = manage(*command, url=url)
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
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], env=env, check=True)
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
