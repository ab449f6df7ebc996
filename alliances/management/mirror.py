"""The public site of today as files, for any static host, or to be opened from a disk: what outlives a server.

It begins at the home page and follows its links. What only a server can answer (a date, a filter, search, suggestions)
is linked to the site itself. Every other link leads from file to file, and is checked; one that is dead on the site
(its history names what is gone) leads there, too, and is told.
"""

import hashlib
import json
import posixpath
import re
from collections import defaultdict, deque
from collections.abc import Collection
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urldefrag, urljoin, urlsplit

from django.core.management import CommandError
from django.test import Client

from alliances import dates

# Only a server can answer these.
_LIVE = ("/admin/", "/suggest/", "/search/")
_ADDRESSES = {"href", "src"}
_ATTRIBUTE = re.compile(r"""(?P<before>\s)(?P<name>[a-zA-Z-]+)(?:="(?P<value>[^"]*)")?""")
_URL_IN_CSS = re.compile(r"""url\(["']?(?!data:|#)([^"')]+)""")
MANIFEST = "manifest.json"


def file_of(address: str) -> str | None:
    """Return the file for an address of the site, without its fragment; None for what stays with the site itself."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.path.startswith(_LIVE):
        return None
    page = re.fullmatch(r"page=([1-9]\d*)", parts.query)
    if parts.query and not page:
        return None
    path = parts.path.lstrip("/")
    if not parts.path.endswith("/"):
        return None if page else path
    ending = "xml" if parts.path.startswith("/feeds/") else "html"
    return f"{path}index{f'.page-{page[1]}' if page else ''}.{ending}"


class Page(HTMLParser):
    """One page, rewritten: `text`, the ids in it, and what it links to.

    address: of the page on the site; site: where that is, for example https://example.org; dead: links that lead
    nowhere here.
    """

    def __init__(self, html: str, address: str, site: str, dead: Collection[str] = ()):
        super().__init__(convert_charrefs=False)
        self.address, self.site, self.dead = address, site, dead
        self.folder = posixpath.dirname(file_of(address) or "")
        self.ids: set[str] = set()
        self.links: set[str] = set()  # Addresses on the site that are files here, with their fragments.
        self._out: list[str] = []
        self._in_script = False
        self.feed(html)
        self.close()
        self.text = "".join(self._out)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "script" and given.get("type") != "application/ld+json":
            self._in_script = True  # They ask the server, or only fold what is readable without them.
            return
        if given.get("id"):
            self.ids.add(given["id"])
        text = self.get_starttag_text() or ""
        head = len(tag) + 1
        self._write(text[:head] + _ATTRIBUTE.sub(self._attribute, text[head:]))
        if tag == "body":
            self._write(
                f'\n<p class="wide">A copy of <a href="{escape(self.site)}/">{escape(self.site)}</a>, made on '
                f"{dates.in_words(dates.today().isoformat())}. Dates, filters and search lead there.</p>"
            )

    def _attribute(self, match):
        name, value = match["name"], match["value"]
        if name.startswith("hx-"):
            return ""
        if value is None or name not in _ADDRESSES | {"action"}:
            return match[0]
        return f'{match["before"]}{name}="{self._rewritten(value, form=name == "action")}"'

    def _rewritten(self, value, form):
        """Return where a link leads: from file to file, or to the site itself. `value` stays escaped."""
        address, fragment = urldefrag(urljoin(self.address, value.replace("&amp;", "&")))
        name = None if form else file_of(address)
        mark = f"#{fragment}" if fragment else ""
        if name is not None and address + mark not in self.dead:
            self.links.add(address + mark)
            here = address == self.address and fragment
            return mark if here else escape(posixpath.relpath(name, self.folder or ".")) + mark
        return escape(self.site + address + mark) if address.startswith("/") else value

    def handle_endtag(self, tag):
        if tag == "script" and self._in_script:
            self._in_script = False
        else:
            self._write(f"</{tag}>")

    def _write(self, text):
        if not self._in_script:
            self._out.append(text)

    handle_data = _write

    def handle_entityref(self, name):
        self._write(f"&{name};")

    def handle_charref(self, name):
        self._write(f"&#{name};")

    def handle_comment(self, data):
        """Leave comments out."""

    def handle_decl(self, decl):
        self._write(f"<!{decl}>")


class Mirror:
    """One run. `written`, `kept` and `removed` count files; `problems` and `dead` links are told as sentences."""

    def __init__(self, folder: Path, site: str):
        self.folder, self.site = folder, site.rstrip("/")
        self.client = Client(SERVER_NAME=urlsplit(site).hostname, raise_request_exception=False)
        self.digests: dict[str, str] = {}
        self.ids: dict[str, set[str]] = {}
        self.links: dict[str, set[str]] = {}
        self.gone: set[str] = set()
        self.written = self.kept = self.removed = 0
        self.problems: list[str] = []
        self.dead: list[str] = []

    def make(self):
        """Fetch all, check every link, write what changed, remove what is gone; nothing of it if a page fails."""
        before = self._manifest()
        self.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.folder, prefix=".new-") as new:
            self.new = Path(new)
            todo, seen = deque(["/"]), {"/"}
            while todo:
                for address in sorted(self._fetch(todo.popleft()) - seen):
                    seen.add(address)
                    todo.append(address)
            if self.problems:
                return
            for address, dead in self._dead_links().items():
                self.dead += [f"{address} links to {link}, which is not there." for link in sorted(dead)]
                self._fetch(address, dead)
            for name, digest in self.digests.items():
                self._publish(name, digest)
        for name in before.keys() - self.digests.keys():
            (self.folder / name).unlink(missing_ok=True)
            self.removed += 1
        told = {"site": self.site, "day": dates.today().isoformat(), "files": dict(sorted(self.digests.items()))}
        (self.folder / MANIFEST).write_text(json.dumps(told, indent=1))

    def _manifest(self):
        path = self.folder / MANIFEST
        if not path.exists():
            if self.folder.exists() and any(self.folder.iterdir()):
                raise CommandError(f"{self.folder} holds other things than a mirror. Name a new or empty folder.")
            return {}
        files = json.loads(path.read_text())["files"]
        return {name: digest for name, digest in files.items() if ".." not in Path(name).parts}

    def _fetch(self, address, dead=()):
        """Keep what one address answers, and return the addresses that it links to."""
        response = self.client.get(address, secure=True)
        if response.status_code == 404 and address != "/":
            self.gone.add(address)
            return set()
        if response.status_code != 200:
            self.problems.append(f"{address} answers {response.status_code}.")
            return set()
        # The client has closed the answer; to close it again would end the connection to the database after each page.
        content = b"".join(response) if response.streaming else response.content
        name, kind, linked = file_of(address), response["Content-Type"].partition(";")[0], set()
        if kind == "text/html":
            page = Page(content.decode(), address, self.site, dead)
            content, linked, self.ids[name] = page.text.encode(), page.links, page.ids
        elif kind == "text/css":
            linked = {urljoin(address, url) for url in _URL_IN_CSS.findall(content.decode())}
        self.links[address] = linked
        self.digests[name] = hashlib.sha256(content).hexdigest()
        (self.new / name).parent.mkdir(parents=True, exist_ok=True)
        (self.new / name).write_bytes(content)
        return {urldefrag(link).url for link in linked}

    def _dead_links(self):
        """Return {address of a page: links on it to what is not there, a file or a place in one}."""
        found = defaultdict(set)
        for address, linked in self.links.items():
            for link in linked:
                target, fragment = urldefrag(link)
                name = file_of(target)
                if target in self.gone or (fragment and name in self.ids and fragment not in self.ids[name]):
                    found[address].add(link)
        return found

    def _publish(self, name, digest):
        path = self.folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            self.kept += 1
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        (self.new / name).replace(path)
        self.written += 1
