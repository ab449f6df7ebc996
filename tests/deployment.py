"""The deployment that orgsite/deploy/ describes, on loopback: nginx, gunicorn, Redis, a database of PostgreSQL."""

import contextlib
import http.client
import os
import re
import secrets
import shutil
import ssl
import subprocess
import sys
from types import SimpleNamespace

from django.conf import settings

from . import machines
from .machines import GUNICORN, environment, free_port, postgresql_database, running, until

PATH = f"{os.environ['PATH']}:/usr/sbin"
DEPLOY = settings.BASE_DIR / "orgsite" / "deploy"


def missing():
    """Return the programs that this machine lacks."""
    return [program for program in ("nginx", "redis-server", "openssl") if not shutil.which(program, path=PATH)]


def as_written(folder, ports):
    """Return nginx.conf and its snippet with other ports and places: nothing else is changed."""
    text = (DEPLOY / "nginx.conf").read_text()
    for written, here in (
        ("listen 80;", f"listen 127.0.0.1:{ports.http};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{ports.https} ssl http2;"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("/run/who-belongs/", f"{folder}/"),
        ("/etc/letsencrypt/live/example.org/", f"{folder}/"),
        ("/etc/nginx/snippets/who-belongs-proxy.conf", f"{DEPLOY}/proxy.conf"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert written in text
        text = text.replace(written, here)
    (folder / "site.conf").write_text(text)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        + ("user root;" if os.getuid() == 0 else "")
        + f"events {{}} http {{ {temporary} include {folder}/site.conf; }}"
    )


class Visitor(machines.Visitor):
    """Somebody who asks the site through nginx, from an address of loopback of their own."""

    def __init__(self, site, address="127.0.0.1"):
        super().__init__(site.ports.https)
        self.site, self.address = site, address

    def connect(self):
        context = ssl._create_unverified_context()  # noqa: S323  Its certificate is of this minute.
        place = {"timeout": 30, "context": context, "source_address": (self.address, 0)}
        return http.client.HTTPSConnection("127.0.0.1", self.port, **place)

    def ask(self, path, method="GET", body=None, headers=None):
        return super().ask(path, method, body, {"Host": "example.org"} | (headers or {}))

    def send(self, path, form):
        """Send a form as the browser does that shows the page of that address."""
        return self.ask(path, "POST", form, {"Referer": f"https://example.org{path}"})

    def log_in(self):
        """Log in as the first editor; return the answer."""
        password = re.search("password “(.+?)”", self.site.said)[1]
        page = self.ask("/admin/login/").body.decode()
        token = re.search('name="csrfmiddlewaretoken" value="(.+?)"', page)[1]
        form = {"username": "editor", "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
        return self.send("/admin/login/", form)


class Site(Visitor):
    """The running site, and whoever asks it first."""

    def __init__(self, folder, ports, url, env):
        self.folder, self.ports, self.url, self.env = folder, ports, url, env
        super().__init__(self)

    def manage(self, *command):
        ran = subprocess.run(
            [sys.executable, "manage.py", *map(str, command)],
            cwd=settings.BASE_DIR,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr


@contextlib.contextmanager
def deployed(folder):
    """Have the site running, its files below a folder, its database on the server of the tests."""
    ports = SimpleNamespace(http=free_port(), https=free_port(), redis=free_port())
    example = dict(
        line.split("=", 1)
        for line in (DEPLOY / "environment.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    with contextlib.ExitStack() as opened:
        url = opened.enter_context(postgresql_database())
        env = environment(**example) | {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": url,
            "CACHE_URL": f"redis://127.0.0.1:{ports.redis}/0",
            "STATIC_ROOT": str(folder / "static"),
            "BIND": f"unix:{folder}/socket",
            "WEB_CONCURRENCY": "2",
            "PATH": PATH,
        }
        site = Site(folder, ports, url, env)
        redis = "redis-server", "--port", ports.redis, "--bind", "127.0.0.1", "--save", "", "--dir", folder
        site.redis = opened.enter_context(running(*redis, log=folder / "redis.log", env=env))
        site.said = site.manage("quickstart", "--setup-only")
        site.manage("collectstatic", "--noinput")
        site.manage("check", "--deploy", "--fail-level", "WARNING")
        certify = (
            f"{shutil.which('openssl')} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=example.org "
            f"-keyout {folder}/privkey.pem -out {folder}/fullchain.pem"
        )
        subprocess.run(certify.split(), check=True, capture_output=True)
        as_written(folder, ports)
        log = folder / "gunicorn.log"
        site.gunicorn = opened.enter_context(running(*GUNICORN, log=log, env=env))
        opened.enter_context(running("nginx", "-c", folder / "nginx.conf", log=folder / "nginx.log", env=env))
        until(lambda: site.ask("/readyz").status == 200, log)
        yield site
