"""Drafts are invisible in every public channel: each answers, byte for byte, as if there were none.

A new public address needs a row in `CHANNELS`; a new kind of fact needs one in `NEW`.
"""

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from alliances.models import Draft, kinds
from alliances.models.citation import FACTS

from . import factories
from .examples import sample
from .test_admin_desk import crowd
from .test_admin_edits import REASON, add_row, errors, typed

pytestmark = pytest.mark.django_db  # Of such tests pytest-django counts the databases that it makes.

MARK = "Zyxomark"
# Where what is drafted would have its pages.
DRAFTED_PAGES = {
    f"/organizations/{MARK.lower()}/",
    f"/suggest/organization/{MARK.lower()}/",
    f"/sources/{MARK.lower()}/",
    "/states/zyx/",
    "/states/zyx/map/",
    f"/organizations/{MARK}%20{MARK}/",
    f"/states/{MARK}%20{MARK}/",
}
CITED = ("", "?cite=bibtex", "?cite=ris", "?cite=csl-json")

# The name of each public address: where it is asked. What is searched for names the mark, and nothing may be found.
CHANNELS = {
    "about": ["/about/"],
    "organization-named": [f"/organizations/{MARK}%20{MARK}/"],
    "state-named": [f"/states/{MARK}%20{MARK}/"],
    "home": ["/", "/?on=1999", "/?cite=bibtex"],
    "organization-list": ["/organizations/", "/organizations/?on=2016", f"/organizations/?q={MARK}"],
    "organization-detail": [f"/organizations/csto/{cite}" for cite in CITED]
    + [f"/organizations/{MARK.lower()}/", "/organizations/csto/?view=all", "/organizations/csto/?rows=all"],
    **{
        f"organization-{tab}": [f"/organizations/csto/{tab}/", f"/organizations/csto/{tab}/?cite=ris"]
        for tab in ("bodies", "forces", "treaties", "provisions", "disputed", "sources")
    },
    **{f"state-{tab}": [f"/states/qaa/{tab}/"] for tab in ("bodies", "forces", "treaties", "sources")},
    "state-list": ["/states/", "/states/?on=2016", "/states/?organization=csto", f"/states/?q={MARK}"],
    "state-detail": [f"/states/qaa/{cite}" for cite in CITED] + ["/states/zyx/", "/states/qaa/?view=all"],
    "organization-map": ["/organizations/csto/map/", "/organizations/csto/map/?view=tiles"],
    "state-map": ["/states/qaa/map/", "/states/zyx/map/"],
    "compare": ["/compare/?organization=csto&organization=other-0", "/compare/?state=QAA"],
    "compare-embed-matrix": ["/compare/embed/matrix/?organization=csto&organization=other-0"],
    "compare-embed-overlaps": ["/compare/embed/overlaps/?organization=csto&organization=other-0"],
    "compare-embed-map": ["/compare/embed/map/?organization=csto&organization=other-0"],
    "compare-embed-members": ["/compare/embed/members/?organization=csto&organization=other-0"],
    **{
        f"compare-{part}-{form}": [f"/compare/{part}.{form}?organization=csto&organization=other-0"]
        for part in ("overlaps", "map", "members")
        for form in ("svg", "png")
    },
    **{
        f"organization-{part}-{form}": [f"/organizations/csto/{part}.{form}"]
        for part in ("timeline", "map", "members")
        for form in ("svg", "png")
    },
    **{
        f"state-{part}-{form}": [f"/states/qaa/{part}.{form}"]
        for part in ("timeline", "map")
        for form in ("svg", "png")
    },
    "frames": ["/embed.js"],
    "organization-embed-members": ["/organizations/csto/embed/members/"],
    "organization-embed-timeline": ["/organizations/csto/embed/timeline/"],
    "organization-embed-map": ["/organizations/csto/embed/map/"],
    "state-embed-timeline": ["/states/qaa/embed/timeline/"],
    "state-embed-map": ["/states/qaa/embed/map/"],
    "membership-list": ["/memberships/", "/memberships/?on=2016", "/memberships/?cite=ris", "/memberships/?state=QAA"],
    "force-list": ["/forces/", f"/forces/?q={MARK}"],
    "force-detail": [f"/forces/csto-force-0/{cite}" for cite in CITED],
    "council-list": ["/councils/", f"/councils/?q={MARK}"],
    "council-detail": [f"/councils/csto-council-0/{cite}" for cite in CITED],
    "document-list": ["/documents/", f"/documents/?q={MARK}"],
    "document-detail": [f"/documents/csto-treaty-0/{cite}" for cite in CITED],
    "source-list": ["/sources/", f"/sources/?q={MARK}"],
    "source-detail": [f"/sources/source-0/{cite}" for cite in CITED] + [f"/sources/{MARK.lower()}/"],
    "search": [f"/search/?q={MARK}", "/search/?q=csto", "/search/?q=qaa&kind=state"],
    "search-suggestions": [f"/search/suggestions/?q={MARK}", "/search/suggestions/?q=cs"],
    "suggest": ["/suggest/organization/csto/", "/suggest/state/qaa/", f"/suggest/organization/{MARK.lower()}/"],
    "suggest-thanks": ["/suggest/organization/csto/thanks/"],
    "disagreement-list": ["/disagreements/"],
    "changes": ["/changes/", "/changes/?from=1990&to=2030"],
    "changes-feed": ["/feeds/changes/", "/feeds/changes/?organization=csto"],
    "organization-history": ["/organizations/csto/history/"],
    "state-history": ["/states/qaa/history/"],
    "collectiveforce-history": ["/forces/csto-force-0/history/"],
    "council-history": ["/councils/csto-council-0/history/"],
    "document-history": ["/documents/csto-treaty-0/history/"],
    "source-history": ["/sources/source-0/history/"],
    "sitemap": ["/sitemap.xml"],
    "sitemap-section": [f"/sitemap-{kind.code}.xml" for kind in kinds.with_pages()],
    "robots": ["/robots.txt"],
    "favicon": ["/favicon.ico"],
    "healthz": ["/healthz"],
    "readyz": ["/readyz"],
}

TRIED = dict(sample(CHANNELS.items(), every=3))


def public(patterns=None):
    """Yield the name of every public address."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(each, URLResolver):
            if not str(each.pattern).startswith("admin/"):
                yield each.name
        elif each.app_name != "admin":
            yield from public(each.url_patterns)


def test_every_public_address_is_a_channel_here():
    assert sorted(CHANNELS) == sorted(public())


def bodies():
    """Return what every channel answers to somebody who is not logged in."""
    browser = Client()
    found = {}
    for name, addresses in TRIED.items():
        for address in addresses:
            answer = browser.get(address)
            # A form has a token and a signed moment, new each time.
            content = re.sub(rb'name="(csrfmiddlewaretoken|opened)" value="[^"]*"', b"", answer.content)
            found[name, address] = (answer.status_code, answer.headers.get("Location"), content)
    return found


def new(things):
    """Return what is typed into the form of each kind of fact that is added, the mark in all of its texts."""
    home, state, force = things["organization"].pk, factories.state("QZZ").pk, things["force"].pk
    text = {"note": MARK, "reason": MARK}
    return {
        "state": {"name": MARK, "official_name": MARK, "iso3": "ZYX", "capital": MARK, "existed_from": "2016", **text},
        "organization": {
            "name": MARK,
            "acronym": MARK,
            "slug": MARK.lower(),
            "kind": "forum",
            "founded": "2016",
            "seat": MARK,
            **text,
        },
        "name": {"organization": home, "text": MARK, "language": "hy", "type": "name", **text},
        "membership": {"organization": home, "state": state, "status": "member", "joined": "2016", **text},
        "relation": {"organization": home, "other": factories.organization("other-1").pk, "kind": "part-of", **text},
        "force": {
            "organization": home,
            "name": MARK,
            "slug": MARK.lower(),
            "kind": "aviation",
            "established": "2016",
            **text,
        },
        "participation": {"force": force, "state": state, "since": "2016", **text},
        "strength": {"force": force, "as_of": "2016", "number": 4711, "wording": MARK, "precision": "", **text},
        "council": {
            "organization": home,
            "name": MARK,
            "slug": MARK.lower(),
            "level": "council",
            "established": "2016",
            **text,
        },
        "chairmanship": {
            "council": things["council"].pk,
            "state": state,
            "holder": MARK,
            "began": "2016",
            "ended": "2017",
            **text,
        },
        "document": {
            "organization": home,
            "title": MARK,
            "slug": MARK.lower(),
            "kind": "treaty",
            "signed": "2016",
            **text,
        },
        "action": {"document": things["document"].pk, "state": state, "action": "signed", "date": "2016", **text},
        "provision": {"organization": home, "kind": "purpose", "text": MARK, "article": MARK, **text},
        "source": {
            "title": MARK,
            "author": MARK,
            "publisher": MARK,
            "key": MARK.lower(),
            "kind": "primary",
            "note": MARK,
        },
    }


def propose(browser, url, typing):
    """Keep a form as a draft, with what is typed into it and a source with the mark in its quote."""
    data = typed(browser.get(url))
    data |= {name: value for name, value in typing.items() if name in data}
    assert MARK in data.values()
    if "cite_source" in data:
        data |= {"cite_source": factories.source().pk, "cite_locator": MARK, "cite_quote": MARK}
    page = browser.post(url, data | {"change_reason": MARK, "_draft": "Propose"})
    assert page.status_code == 302, (url, errors(page))


@pytest.fixture(scope="module")
def drafted(django_db_setup, django_db_blocker):
    """What every channel said before and says after drafts of every kind were kept: new facts and changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        told = before_and_after()
        transaction.set_rollback(True)
    return told


def before_and_after():
    """Keep drafts of all kinds, and return what every channel answers before and after."""
    crowd(1)
    factories.organization("other-1")
    things = {kind: kinds.named(kind).model.objects.order_by("pk").first() for kind in kinds.codes()}
    factories.source()
    typing = new(things)
    assert set(typing) == kinds.codes() - {"citation"}
    user = get_user_model().objects.create_user("aram", is_staff=True)
    user.groups.add(Group.objects.get(name="contributors"))
    browser = Client()
    browser.force_login(user)
    before = bodies()
    for kind, fields in typing.items():
        name = f"admin:alliances_{kinds.named(kind).model._meta.model_name}"
        propose(browser, reverse(f"{name}_add"), fields)
    changed = {"note": MARK, "reason": MARK, "quote": MARK, "locator": MARK}
    for thing in things.values():
        propose(browser, reverse(f"admin:alliances_{thing._meta.model_name}_change", args=[thing.pk]), changed)
    home = reverse("admin:alliances_organization_change", args=[things["organization"].pk])
    rows = add_row(
        typed(browser.get(home)),
        state=factories.state("QZZ").pk,
        joined="2016",
        cite_quote=MARK,
        cite_source=factories.source().pk,
    )
    assert browser.post(home, rows | {"change_reason": REASON, "_draft": "Propose"}).status_code == 302
    kept = Draft.objects.filter(author=user)
    assert kept.count() == 2 * len(FACTS) + 4
    assert all(MARK in json.dumps(draft.told) for draft in kept)
    return before, bodies()


@pytest.mark.parametrize("channel", TRIED)
def test_no_channel_tells_of_a_draft(drafted, channel):
    before, after = drafted
    for address in CHANNELS[channel]:
        status, _, body = after[channel, address]
        assert after[channel, address] == before[channel, address], address
        assert status == (404 if address in DRAFTED_PAGES else 302 if channel == "favicon" else 200), address
        if MARK.lower() not in address.lower():  # The search says what was searched for.
            assert MARK.encode() not in body, address
