"""What everybody calls a state or an organization is one of its names here: in filters, in addresses and in search."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.apps import apps

pytestmark = pytest.mark.django_db


def first_hit(client, text):
    """Return where the first hit of a search leads."""
    return BeautifulSoup(client.get(f"/search/?{urlencode({'q': text})}").content, "lxml").select(".hits .hit a")[0][
        "href"
    ]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Turkey", "TUR"),
        ("Burma", "MMR"),
        ("USSR", "SUN"),
        ("U.S.S.R.", "SUN"),
        ("СССР", "SUN"),
        ("UAE", "ARE"),
        ("DRC", "COD"),
        ("Zaire", "COD"),
        ("Ivory Coast", "CIV"),
        ("Swaziland", "SWZ"),
        ("Czech Republic", "CZE"),
        ("Macedonia", "MKD"),
        ("Cape Verde", "CPV"),
        ("Cabo Verde", "CPV"),
        ("East Timor", "TLS"),
        ("Holland", "NLD"),
        ("UK", "GBR"),
        ("Britain", "GBR"),
        ("USA", "USA"),
        ("U.S.", "USA"),
        ("South Korea", "KOR"),
        ("North Korea", "PRK"),
        ("DPRK", "PRK"),
        ("Vatican", "VAT"),
        ("Holy See", "VAT"),
        ("Deutschland", "DEU"),
        ("Россия", "RUS"),
        ("Rossiya", "RUS"),
        ("中国", "CHN"),
    ],
)
def test_common_other_names_are_names_of_one_state(facts, client, typed, code):
    answer = client.get(f"/memberships/?{urlencode({'state': typed})}")
    if code != typed:
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/memberships/?state={code}")
    assert first_hit(client, typed) == f"/states/{code.lower()}/"


@pytest.mark.parametrize(
    ("typed", "slug"), [("О.Д.К.Б.", "csto"), ("O.D.K.B.", "csto"), ("N.A.T.O.", "nato"), ("СНГ", "cis")]
)
def test_an_acronym_with_full_stops_is_one_word(facts, client, typed, slug):
    assert first_hit(client, typed) == f"/organizations/{slug}/"
    answer = client.get(f"/states/?{urlencode({'organization': typed})}")
    assert answer.headers["Location"] == f"/states/?organization={slug}"


def test_the_stored_shadows_are_those_of_today(facts):
    for model in apps.get_app_config("alliances").get_models():
        names = [field.name for field in model._meta.fields if field.name in {"folded", "folded_text"}]
        for row in model._base_manager.filter(pk__in=model._base_manager.values("pk")[:50]) if names else ():
            stored = model._base_manager.filter(pk=row.pk).values_list(*names).get()
            assert stored == tuple(getattr(row, name) for name in names)
