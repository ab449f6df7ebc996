"""What an audit of the memberships found wrong in November 2026, each mended with a source that was read."""

import pytest
from bs4 import BeautifulSoup

from alliances import dates
from alliances.models import Membership, Relation, TreatyAction

from .examples import sample

pytestmark = pytest.mark.usefixtures("facts", "db")

# Organization, state, status, joined, left, the source that says it.
CORRECTED = [
    ("ecowas", "NER", "suspended", "2023-12-10", "2025-01-29", "premiumtimes-niger-2023"),
    ("ecowas", "NER", "member", "2011-03", "2023-12-10", "premiumtimes-niger-2023"),
    ("ecowas", "MRT", "member", "1975-05-28", "2000-12-26", "irin-mauritania-2000"),
    ("oau", "ZAF", "member", "1994-05-23", "2002-07-09", "dirco-oau"),
    ("mercosur", "BOL", "associate", "1997", "2024-08-07", "factbook-2000"),
    ("mercosur", "BOL", "member", "2024-08-07", "", "mercosur-bolivia-2024"),
    ("cw", "SGP", "member", "1965-10-15", "", "singapore-act-1966"),
    ("cw", "SGP", "member", "1965-10-15", "", "hansard-singapore-1966"),
    ("eaec", "UZB", "member", "2006-01-25", "2008-10-20", "messenger-evrases-2008"),
    ("eaec", "UZB", "suspended", "2008-10-20", "2015-01-01", "belarus-president-eurasec-2014"),
    ("sco", "BLR", "partner", "2009-06-16", "2015-07-10", "interfax-sco-2009"),
    ("sco", "LKA", "partner", "2009-06-16", "", "priu-sco-2009"),
    ("sco", "ARE", "partner", "2022-09-16", "", "xinhua-sco-2022"),
    ("sco", "KWT", "partner", "2022-09-16", "", "xinhua-sco-2022"),
    ("sco", "MDV", "partner", "2022-09-16", "", "xinhua-sco-2022"),
    ("sco", "MMR", "partner", "2022-09-16", "", "xinhua-sco-2022"),
    ("sco", "BHR", "partner", "2022-09-16", "", "xinhua-sco-2022"),
    ("au", "GIN", "suspended", "2021-09-10", "2026-01-22", "horoya-guinea-2026"),
    ("au", "GIN", "member", "2026-01-22", "", "horoya-guinea-2026"),
    ("asean", "TLS", "observer", "2022-11-11", "2025-10-26", "ap-timor-asean-2002"),
    ("asean", "TLS", "observer", "2022-11-11", "2025-10-26", "nation-timor-2002"),
    ("opec", "ARE", "member", "1967", "2026-05-01", "sage-handbook-opec-2008"),
    ("au", "CAF", "suspended", "2003-03", "2005-06-23", "irin-car-2005"),
    ("au", "CAF", "member", "2005-06-23", "2013-03-25", "irin-rca-2005-fr"),
    ("ecowas", "MLI", "suspended", "2012-03-27", "2012-04-08", "voa-mali-2012"),
    ("ecowas", "MLI", "member", "2012-04-08", "2020-08-20", "mg-mali-2012"),
    ("caricom", "HTI", "suspended", "2004-03", "2006-06-06", "ap-haiti-2006"),
    ("caricom", "HTI", "member", "2006-06-06", "", "ap-haiti-2006"),
    ("cw", "SLE", "suspended", "1997-07-11", "1998-03", "cmag-1997-07"),
    ("mercosur", "PAN", "associate", "2024-12-06", "", "parlasul-panama-2024"),
    ("caricom", "MSR", "member", "1974-05-01", "", "statesman-caricom"),
    ("caricom", "AIA", "associate", "1999-07", "", "skc-caricom-2017"),
    ("caricom", "BMU", "associate", "2003-07-02", "", "royalgazette-bermuda-caricom-2003"),
    ("caricom", "VGB", "associate", "1991-07", "", "skc-caricom-2017"),
    ("caricom", "CYM", "associate", "2002-05", "", "skc-caricom-2017"),
    ("caricom", "TCA", "associate", "1991-07", "", "skc-caricom-2017"),
    ("bsec", "MKD", "member", "2020-11-09", "", "mfa-turkiye-bsec-2020"),
    ("sadc", "SYC", "member", "2008-08-16", "", "nation-seychelles-2008"),
    ("cw", "CMR", "member", "1995-11", "", "independent-commonwealth-1995-11-13"),
    ("ecowas", "GIN", "member", "2011-03-24", "2021-09-08", "newsdawn-ecowas-2011"),
    ("unesco", "NIC", "member", "1952-02-22", "2026-12-31", "gauchazh-unesco-2025"),
    ("caricom", "CUW", "associate", "2024-07-28", "", "curacaochronicle-caricom-2024"),
    ("nc", "FRO", "associate", "1970", "", "kvf-faroes-nordic-council-2021"),
    ("opec", "GAB", "member", "2016-07-01", "", "opec-gabon-2016-06"),
    ("opec", "ECU", "associate", "1973-06-28", "1973", "vienna-cable-opec-ecuador-1973"),
    ("apec", "CHN", "member", "[1991-11-12..1991-11-14]", "", "apec-ministers-1991"),
    ("unesco", "USA", "member", "2023-07", "2026-12-31", "newstimetr-unesco-us-2025"),
    ("ices", "RUS", "suspended", "2022-03-30", "2025-12-09", "supremacy-ices-russia-2025"),
    ("au", "BFA", "suspended", "2015-09-18", "2015-09-26", "aouaga-ua-2015-09-29"),
    ("au", "CAF", "member", "2016-04-06", "", "jeuneafrique-rca-2016"),
    ("au", "CIV", "member", "2011-04-21", "", "scr-chronology-cote-divoire"),
    ("au", "EGY", "member", "2014-06-17", "", "reuters-au-egypt-bissau-2014"),
    ("au", "GAB", "member", "2025-04-30", "", "xinhua-gabon-2025"),
    ("au", "GIN", "member", "2010-12-09", "2021-09-10", "voa-guinea-2010"),
    ("au", "GNB", "member", "2014-06-17", "2025-11-28", "reuters-au-egypt-bissau-2014"),
    ("au", "MDG", "member", "2014-01-27", "2025-10-15", "africardv-madagascar-2014"),
    ("au", "MLI", "member", "2012-10-24", "2020-08-19", "abamako-mali-2012"),
    ("au", "MLI", "member", "2020-10-09", "2021-06-01", "africanews-mali-2020"),
    ("au", "MRT", "suspended", "2005-08-04", "2007-04-10", "bbc-mauritania-2005"),
    ("au", "MRT", "suspended", "2008-08-09", "2009-06-29", "tahalil-mauritania-2009"),
    ("au", "MRT", "member", "2009-06-29", "", "reuters-mauritania-2009"),
    ("au", "NER", "suspended", "2023-08-14", "", "psc-1168-niger"),
    ("nc", "GRL", "associate", "1984", "", "naalakkersuisut-nordic"),
    ("nc", "ALA", "associate", "1970", "", "whkmla-nordic-council"),
    ("au", "SDN", "member", "2019-09-06", "2021-10-27", "sudantribune-au-2019"),
    ("au", "TGO", "suspended", "2005-02-25", "2005-05-27", "bbc-togo-2005-02"),
    ("au", "TGO", "member", "2005-05-27", "", "bbc-togo-2005-05"),
]


@pytest.mark.parametrize(("slug", "code", "status", "joined", "left", "source"), CORRECTED)
def test_the_right_value_stands_with_its_source(slug, code, status, joined, left, source):
    spell = Membership.objects.get(organization__slug=slug, state__iso3=code, status=status, joined=joined)
    assert spell.left == left
    assert source in spell.citations.values_list("source__key", flat=True)


@pytest.mark.parametrize(("slug", "code", "status", "joined", "left", "source"), sample(CORRECTED, every=9))
def test_it_is_on_the_page(client, slug, code, status, joined, left, source):
    spell = Membership.objects.get(organization__slug=slug, state__iso3=code, status=status, joined=joined)
    page = BeautifulSoup(client.get(f"/organizations/{slug}/?rows=all").content, "lxml")
    row = page.find(id=f"spell-{spell.pk}")
    shown = [each for each in (joined, dates.last_day(left)) if each]
    said = row.get_text() if row.name == "tr" else row.find_parent("tr").get_text()
    assert all(dates.in_words(each, short=True) in said or dates.in_words(each) in said for each in shown)
    assert page.find("a", href=f"/sources/{source}/")


def test_eleven_states_signed_the_protocol_of_alma_ata():
    signed = TreatyAction.objects.filter(document__slug="cis-1991p", action="signed", date="1991-12-21")
    assert signed.count() == 11
    assert {"BLR", "RUS", "UKR"} <= set(signed.values_list("state__iso3", flat=True))


def test_georgia_acceded_to_the_charter_of_the_cis_before_it_denounced_it():
    acts = TreatyAction.objects.filter(document__slug="cis-ch", state__iso3="GEO").order_by("date")
    assert [(act.action, act.date) for act in acts] == [("acceded", "1993-12-09"), ("denounced", "2008-08-18")]
    assert acts[0].confidence == "medium"
    [dissent] = acts[0].citations.dissenting()
    assert (dissent.source.key, dissent.says) == ("politikforum-cis-georgia", "1994-04-19")


@pytest.mark.parametrize(("organization", "other"), [("csto", "cst"), ("eu", "ecsc"), ("au", "oau"), ("eaeu", "eaec")])
def test_a_successor_is_related_to_the_one_before_it_with_a_source(organization, other):
    relation = Relation.objects.get(organization__slug=organization, kind="successor-of", other__slug=other)
    assert relation.citations.exists()
