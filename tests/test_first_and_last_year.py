"""The years 0001 and 9999 are dates like others: no page breaks on them, asked for or in the facts."""

import pytest
from bs4 import BeautifulSoup

from alliances import dates
from alliances.models import Organization
from alliances.models.changeset import change_set
from alliances.public.date_navigation import DateNavigation, day_before_end

from . import factories
from .databases import cast_once
from .examples import sample

pytestmark = pytest.mark.django_db

ASKED = ["0001", "0001-01", "0001-01-01", "0001-12-31", "9999", "9999-12", "9999-12-30", "9999-12-31"]

PAGES = [
    "/",
    *(
        f"/{nouns}/"
        for nouns in (
            "organizations",
            "states",
            "memberships",
            "forces",
            "councils",
            "documents",
            "sources",
            "disagreements",
            "compare",
            "changes",
        )
    ),
    "/organizations/old/",
    "/organizations/new/",
    "/states/arm/",
    "/states/sun/",
    "/forces/guard/",
    "/councils/court/",
    "/documents/treaty/",
    "/sources/brief-2020/",
    "/organizations/old/history/",
    "/states/arm/history/",
    "/sources/brief-2020/history/",
    "/organizations/old/embed/timeline/",
    "/organizations/old/embed/map/",
    "/states/sun/embed/timeline/",
    "/states/sun/embed/map/",
    *(f"/compare/embed/{part}/?organization=old&organization=new" for part in ("matrix", "overlaps", "map", "members")),
    *(f"/compare/{part}.svg?organization=old&organization=new" for part in ("overlaps", "map", "members")),
    *(f"/organizations/old/{part}.svg" for part in ("timeline", "map", "members")),
    *(f"/states/sun/{part}.svg" for part in ("timeline", "map")),
    "/compare/?organization=old&organization=new",
    "/compare/?state=ARM&state=SUN",
    "/organizations/?state=ARM&match=all&active=no",
    "/search/?q=old",
    "/search/suggestions/?q=old",
    "/suggest/organization/old/",
    "/suggest/organization/old/thanks/",
    "/feeds/changes/",
    "/organizations/old/?cite=ris",
    "/organizations/old/?cite=bibtex",
    "/memberships/?cite=csl-json",
]


@cast_once
@change_set(reason="The cast")
def cast():
    """Facts that begin and end in the first year, and others that do in the last."""
    old = factories.organization("old", founded="0001", dissolved="0001")
    new = factories.organization("new", founded="9999", dissolved="9999-12-31", in_force="9999")
    factories.state("ARM", existed_from="9999-12-31")
    factories.state("SUN", existed_from="0001", existed_until="0001")
    factories.spell("old", "ARM", "0001", "0001-01-02")
    factories.spell("old", "SUN", "0001-01-01", "9999-12-31")
    factories.spell("new", "SUN", "9999", "9999-12-31", "observer")
    factories.spell("new", "ARM", "9999-12-31", "", "member")
    why = factories.WHY
    council = old.councils.create(
        **why, slug="court", name="Court", level="court", established="0001", dissolved="0001"
    )
    council.chairmanships.create(**why, state=factories.state("ARM"), began="0001", ended="9999-12-31")
    force = new.forces.create(
        **why, slug="guard", name="Guard", kind="peacekeeping", established="0001", disbanded="9999"
    )
    force.participations.create(**why, state=factories.state("SUN"), since="0001-01-01", until="0001-01-02")
    force.strengths.create(**why, number=1, as_of="9999-12-31")
    treaty = old.documents.create(
        **why, slug="treaty", title="Treaty", kind="treaty", signed="0001", in_force="0001-01-01", ended="9999-12-31"
    )
    treaty.actions.create(**why, state=factories.state("ARM"), action="signed", date="0001", effective="9999-12-31")
    factories.cite("organization", old, field="members", says="1")


@pytest.mark.parametrize(("number", "path"), sample(enumerate(PAGES), every=3))
def test_no_page_breaks_on_the_first_or_the_last_year(client, number, path):
    """In CI each page on each date; here one on two of them, which change from page to page."""
    for on in sample(("", *ASKED), every=5, start=number % 5):
        query = ("&" if "?" in path else "?") + f"on={on}" if on else ""
        response = client.get(path + query)
        assert response.status_code == 200, path + query
        page = response.content.decode()
        assert dates.ALWAYS not in page
        assert dates.NEVER not in page


@pytest.mark.parametrize("path", ["/changes/", "/feeds/changes/"])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=0001", 200),
        ("from=0001-01-01&to=0001-01-02", 200),
        ("to=0001", 400),  # Nothing lies before the first day.
        ("to=0001-01-02", 200),
        ("from=9999&to=9999-12-31", 200),
        ("from=9999-12-31&on=9999", 200),
        ("from=9999-12-31&to=9999-12-31", 400),
        ("on=9999-12-31", 200),
    ],
)
def test_changes_from_the_first_until_the_last_day(client, path, query, status):
    if path == "/feeds/changes/" and "from" not in query:
        status = 200  # A feed goes back without end.
    response = client.get(f"{path}?{query}")
    assert response.status_code == status
    assert dates.NEVER not in response.content.decode()


@pytest.mark.parametrize(
    ("on", "earlier", "later"),
    [
        ("0001", None, "0002"),
        ("0001-01-01", None, "0002-01-01"),
        ("9999", "9998", None),
        ("9999-12-31", "9998-12-31", None),
    ],
)
def test_no_step_leads_out_of_the_years(client, on, earlier, later):
    control = DateNavigation(dates.parse(on))
    assert [control.earlier and control.earlier.text, control.later and control.later.text] == [earlier, later]
    page = BeautifulSoup(client.get(f"/organizations/old/?on={on}").content, "lxml")
    steps = {
        " ".join(link.get_text().split()[:3]): link["href"].partition("on=")[2] for link in page.select(".stops a")
    }
    assert [steps.get("A year earlier,"), steps.get("A year later,")] == [earlier, later]


@pytest.mark.parametrize(
    ("end", "day"), [("0001", ""), ("0001-01-01", ""), ("0001-01-02", "0001-01-01"), ("9999-12-31", "9999-12-30")]
)
def test_what_ended_on_the_first_day_has_no_day_before(end, day):
    assert day_before_end(Organization(dissolved=end), dates.parse("9999-12-31")) == day
