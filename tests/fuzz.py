"""Requests that nobody should send, made from the addresses of the site, its filters and its forms.

Each follows from a seed, a person and a number alone, so that one that failed can be sent again by itself.
"""

import random
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile

from alliances.queries.params import ListFilter

from .routes import PARAMETER, routes
from .test_admin_edits import typed

# What breaks programs that trust what they read: ends of ranges, other scripts, other languages of computers.
NASTY = [
    *(
        "",
        " ",
        "0",
        "-1",
        "1e9",
        "9" * 30,
        "18446744073709551616",
        "NaN",
        "1.5",
        "٣",
        "true",
        "None",
        "null",
        "[]",
        "{}",
    ),
    *("\x00", "a\x00b", "\n", "\r\nX-Injected: 1", "\t", "\ufeff", "\u202egnirts", "\u200b", "\ud7ff", "e\u0301" * 50),
    *(
        "'",
        '"',
        "' OR 1=1 --",
        "%",
        "%%",
        "%s",
        "_",
        "\\",
        "`",
        ";",
        "|",
        "../../etc/passwd",
        "..%2f..%2f",
        "//evil.example",
    ),
    *("<script>alert(1)</script>", "{{ 7*7 }}", "{% debug %}", "${7*7}", "javascript:alert(1)", "=1+1", "@SUM(A1)"),
    *(
        "1991-13",
        "0000",
        "0001",
        "9999-12-31",
        "10000",
        "XXXX",
        "1991-02-30",
        "-44-03-15",
        "1991/1992",
        "today",
        "soon",
    ),
    *("ARM", "arm", "Armenia", "АРМЕНИЯ", "zzz", "SUN", "csto", "un", "atlantis", "member", "king", "all", "none"),
    *("a" * 201, "б" * 5_000, "a b c d e f g h i j", "😀" * 100, "(((((", "^(([a-z])+.)+9$", "a,b,c", "asc", "-name"),
]
NAMES = [
    "on",
    "page",
    "order",
    "cite",
    "format",
    "next",
    "_popup",
    "_to_field",
    "e",
    "all",
    "o",
    "p",
    "id",
    "csrf",
    "ot",
]
ENDINGS = ["", "", "", "", "__startswith", "__regex", "__in", "__isnull", "__year", "[]", "-0", "%00", " "]
METHODS = ["GET"] * 10 + ["POST"] * 6 + ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "BREW"]
HEADERS = {
    "HX-Request": ["true", "false", "\x7f"],
    "HX-Target": ["results", "x" * 500],
    "Range": ["bytes=0-", "bytes=9-1", "lines=1"],
    "If-None-Match": ["*", '"x"', "W/"],
    "If-Modified-Since": ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "Accept": ["application/json", "*/*;q=x", "text/csv", ""],
    "Accept-Language": ["zz", "x" * 400],
    "Accept-Encoding": ["gzip", "br;q=9"],
    "Host": ["evil.example", "localhost:99999", "[::1", "", "testserver:8000"],
    "X-Forwarded-For": ["1.2.3.4, ::ffff:9.9.9.9", "junk", "[::1]:80", "1.2.3.4:5"],
    "X-Forwarded-Proto": ["https", "gopher"],
    "X-Forwarded-Host": ["evil.example"],
    "Referer": ["https://evil.example/", "junk"],
    "Origin": ["null", "https://evil.example"],
    "Cookie": ["sessionid=x; csrftoken=y", "=;=", "messages=\x7f"],
    "Content-Length": ["-1", "x", "999999999"],
    "Transfer-Encoding": ["chunked"],
    "Script-Name": ["/evil"],
    "X-Request-ID": ["x" * 300, "a\tb"],
    "X-Http-Method-Override": ["DELETE"],
}
CONTENT_TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
]


def parameters():
    """Return the names of everything that a list, public or of the desk, can be asked by its address."""
    classes, names = [ListFilter], set(NAMES)
    while classes:
        cls = classes.pop()
        classes += cls.__subclasses__()
        names |= set(cls.base_filters)
    for model_admin in admin.site._registry.values():
        names |= {each for each in model_admin.list_filter if isinstance(each, str)}
    return sorted(names)


@dataclass
class Asked:
    """One request: what is sent to whom."""

    method: str
    path: str
    body: object = b""
    content_type: str = "application/x-www-form-urlencoded"
    headers: dict = field(default_factory=dict)

    def __str__(self):
        body = str(self.body)
        return f"{self.method} {self.path[:300]} {self.headers} {self.content_type} {body[:2_000]}"


class Fuzzer:
    """Makes requests of one kind of person.

    keys: for each name in a pattern, what may stand there and leads somewhere.
    """

    def __init__(self, seed, keys):
        self.seed, self.keys = seed, keys
        self.routes = sorted(set(routes()))
        self.parameters = parameters()

    def request(self, number, client):
        """Return the request of this number; a form that is to be sent is fetched by the client first."""
        chance = random.Random(f"{self.seed} {number}")
        path = self.path(chance)
        method = chance.choice(METHODS)
        asked = Asked(method, path + self.query(chance), headers=self.headers(chance))
        if method == "POST" and chance.random() < 0.7:
            self.fill(asked, path, client, chance)
        elif method not in {"GET", "HEAD", "OPTIONS"}:
            asked.content_type = chance.choice(CONTENT_TYPES)
            asked.body = chance.choice(NASTY).encode("utf-8", "surrogatepass") * chance.choice((1, 1, 20))
        return asked

    def path(self, chance):
        """Return the path of some route, usually one that leads somewhere."""
        pattern = chance.choice(self.routes)
        pattern = pattern.replace("^(?P<app_label>auth|alliances)/$", "alliances/").replace("(?P<url>.*)$", "nothing/")

        def fill(match):
            known = self.keys.get(match[1], self.keys["slug"])
            return str(chance.choice(known)) if chance.random() < 0.85 else quote(chance.choice(NASTY), safe="")

        path = PARAMETER.sub(fill, pattern)
        if chance.random() < 0.03:
            path = chance.choice((path.rstrip("/"), path + "/", "/" + path, path.upper(), path + "%00", path + "%ff"))
        return path

    def query(self, chance):
        """Return a query string of none to six parameters, known and unknown, or something that is none."""
        number = chance.choice((0, 0, 1, 1, 1, 2, 3, 6))
        if not number:
            return ""
        if chance.random() < 0.03:
            return "?" + chance.choice(("&&&=", "%", "%zz=1", "a" * 4_000, "=x", "on", "&" * 500, "on=1&" * 300))
        pairs = [(chance.choice(self.parameters) + chance.choice(ENDINGS), self.value(chance)) for _ in range(number)]
        if chance.random() < 0.05:
            pairs *= chance.choice((2, 30))
        return "?" + urlencode(pairs)

    def value(self, chance):
        if chance.random() < 0.4:
            return str(chance.choice(self.keys[chance.choice(sorted(self.keys))]))
        return chance.choice(NASTY)

    def headers(self, chance):
        """Return usually no header of its own, sometimes one or two."""
        names = chance.sample(sorted(HEADERS), chance.choice((0, 0, 0, 1, 2)))
        return {name: chance.choice(HEADERS[name]) for name in names}

    def fill(self, asked, path, client, chance):
        """Have the form of a page sent back with some fields changed, left out or added."""
        page = client.get(path)
        form = page.headers.get("Content-Type", "").startswith("text/html") and page.status_code == 200
        data = typed(page) if form and page.content else {}
        for name in chance.sample(sorted(data), min(len(data), chance.choice((0, 1, 2, 5)))):
            if chance.random() < 0.2:
                del data[name]
            else:
                data[name] = self.value(chance)
        if chance.random() < 0.3:
            data[chance.choice(("_save", "_preview", "_confirm", "_addanother", "_more", "_popup", "action"))] = "x"
        if chance.random() < 0.1:
            data[chance.choice(sorted(data) or ["x"])] = SimpleUploadedFile(
                chance.choice(("sheet.csv", "sheet.xlsx", "..\\sheet.csv", "x" * 300)),
                chance.choice(
                    (b"", b"PK\x03\x04", b"state;joined\nARM;soon\n", b"\x00" * 1_000, b"\xff\xfe" + b"a" * 999)
                ),
            )
        asked.body, asked.content_type, asked.headers = data, None, {}
