"""Each rule fires when its kind of inconsistency is planted, and falls silent when it is mended."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from alliances import dates
from alliances.models import (
    Chairmanship,
    ChangeSet,
    CollectiveForce,
    Council,
    Document,
    ForceParticipation,
    ForceStrength,
    Membership,
    Name,
    Organization,
    Provision,
    Relation,
    TreatyAction,
    Waiver,
)
from alliances.models.changeset import change_set
from alliances.quality import engine

from . import factories
from .examples import sample
from .test_admin_edits import typed

pytestmark = pytest.mark.django_db


def change(fact, **values):
    """Change a fact past its form, as a file or another client could."""
    type(fact).objects.filter(pk=fact.pk).update(**values)


def force(**kwargs):
    home = factories.organization("csto", founded="2002-10-07")
    values = {"slug": "crrf", "name": "CRRF", "kind": "rapid-reaction", "established": "2009-06-14", **kwargs}
    return CollectiveForce.objects.create(**factories.WHY, organization=home, **values)


def council(**kwargs):
    home = factories.organization("csto", founded="2002-10-07")
    return Council.objects.create(**factories.WHY, organization=home, slug="csc", name="CSC", level="supreme", **kwargs)


def overlapping():
    factories.spell("csto", "UZB", "2006-06-23", "2012-06-28")
    second = factories.spell("csto", "UZB", "2012-06-28", "2012-12-19", status="suspended")
    change(second, joined="2011")
    return second, lambda: change(second, joined="2012-06-28")


def outside_organization():
    factories.organization("wp", founded="1955-05-14", dissolved="1991-07-01")
    spell = factories.spell("wp", "POL", "1955-05-14", "1995")
    return spell, lambda: change(spell, left="1991-07-01")


def outside_state():
    factories.state("DDR", existed_from="1949-10-07", existed_until="1990-10-03")
    spell = factories.spell("cmea", "DDR", "1948", "1990-10-03")
    return spell, lambda: change(spell, joined="1950-09-29")


def goes_on_in_what_ended():
    factories.organization("wp", founded="1955-05-14", dissolved="1991-07-01")
    spell = factories.spell("wp", "POL", "1955-05-14")
    return spell, lambda: change(spell, left="1991-07-01")


def goes_on_in_a_state_that_ended():
    factories.state("DDR", existed_until="1990-10-03")
    spell = factories.spell("cmea", "DDR", "1950-09-29")
    return spell, lambda: change(spell, left="1990-10-03")


def barred():
    home = factories.organization("csto", founded="2002-10-07")
    bar = Provision.objects.create(
        **factories.WHY,
        organization=home,
        kind="obligation",
        text="No other alliance",
        bars="military-alliance",
        article="1",
    )
    factories.cite("provision", bar, "cst-text", quote="will not enter any military alliances")
    factories.spell("csto", "ARM", "2002-10-07")
    spell = factories.spell("nato", "ARM", "2030")
    return spell, lambda: change(spell, status="partner")


def change_without_next():
    factories.organization("cis", founded="1991-12-08")
    spell = factories.spell("cis", "TKM", "1991-12-21", "2005-08-26", left_reason="status-change")
    return spell, lambda: factories.spell("cis", "TKM", "2005-08-26", status="associate")


def mixed_acts():
    first = factories.spell("ilo", "FRA", "1919", joined_basis="in-force")
    second = factories.spell("ilo", "POL", "1920", joined_basis="deposit")
    factories.spell("ilo", "ITA", "1921")
    return first.organization, lambda: change(second, joined_basis="in-force")


def list_ends_early():
    home = factories.organization("isa", founded="1994", complete_until="2015-03")
    factories.organization("icgeb", founded="1994", complete_until="2015-03", dissolved="2020")
    return home, lambda: change(home, complete_until="")


def coarser_than_treaty():
    factories.organization("cst", founded="1992-05-15")
    spell = factories.spell("cst", "AZE", "1993")
    treaty = Document.objects.create(
        **factories.WHY, organization=spell.organization, slug="cst-1992", title="Treaty", kind="treaty"
    )
    TreatyAction.objects.create(
        **factories.WHY, document=treaty, state=spell.state, action="acceded", date="1993-09-24"
    )
    return spell, lambda: change(spell, joined="1993-09-24")


def left_coarser_than_treaty():
    factories.organization("cis", founded="1991-12-08")
    spell = factories.spell("cis", "GEO", "1993-12-03", "2009")
    charter = Document.objects.create(
        **factories.WHY, organization=spell.organization, slug="cis-1993", title="Charter", kind="charter"
    )
    TreatyAction.objects.create(
        **factories.WHY, document=charter, state=spell.state, action="denounced", date="2009-08-18"
    )
    return spell, lambda: change(spell, left="2009-08-18")


def participant_no_member():
    part = ForceParticipation.objects.create(**factories.WHY, force=force(), state=factories.state("UZB"), since="2010")
    spell = factories.spell("csto", "UZB", "2006-06-23", "2009")
    return part, lambda: change(spell, left="")


def participant_that_left():
    part = ForceParticipation.objects.create(**factories.WHY, force=force(), state=factories.state("UZB"), since="2010")
    factories.spell("csto", "UZB", "2006-06-23", "2012-12-19")
    return part, lambda: change(part, until="2012-12-19")


def chair_no_member():
    chair = Chairmanship.objects.create(
        **factories.WHY,
        council=council(established="2002-10-07"),
        state=factories.state("UZB"),
        began="2020",
        ended="2021",
    )
    return chair, lambda: factories.spell("csto", "UZB", "2006-06-23")


def force_before_its_organization():
    early = force(established="2001-05")
    return early, lambda: change(early, established="2002-10-07")


def strength_without_date():
    strength = ForceStrength.objects.create(**factories.WHY, force=force(), number=20000)
    return strength, lambda: change(strength, as_of="2013")


def in_force_before_signed():
    home = factories.organization("cst", founded="1992-05-15")
    treaty = Document.objects.create(
        **factories.WHY,
        organization=home,
        slug="cst-1992",
        title="Treaty",
        kind="treaty",
        signed="1992-05-15",
        in_force="1991-04-20",
    )
    return treaty, lambda: change(treaty, in_force="1994-04-20")


def action_before_signing():
    home = factories.organization("cst", founded="1992-05-15")
    treaty = Document.objects.create(
        **factories.WHY, organization=home, slug="cst-1992", title="Treaty", kind="treaty", signed="1992-05-15"
    )
    action = TreatyAction.objects.create(
        **factories.WHY, document=treaty, state=factories.state("ARM"), action="ratified", date="1991"
    )
    return action, lambda: change(action, date="1992-05-15")


def action_before_state():
    home = factories.organization("npt", founded="1968")
    treaty = Document.objects.create(**factories.WHY, organization=home, slug="npt", title="Treaty", kind="treaty")
    state = factories.state("HRV", existed_from="1991-06-25")
    action = TreatyAction.objects.create(
        **factories.WHY, document=treaty, state=state, action="ratified", date="1970-03-04"
    )
    return action, lambda: change(action, date="1992-06-29")


def member_of_both():
    Relation.objects.create(
        **factories.WHY,
        organization=factories.organization("wto"),
        kind="successor-of",
        other=factories.organization("gatt"),
    )
    old = factories.spell("gatt", "FRA", "1948", "1996")
    spell = factories.spell("wto", "FRA", "1995-01-01")
    factories.spell("gatt", "ITA", "1950", "1995-01-01")
    factories.spell("wto", "ITA", "1995-01-01")
    return spell, lambda: change(old, left="1995-01-01")


def agency_member_outside():
    un, who = factories.organization("un", founded="1945"), factories.organization("who", founded="1948")
    Relation.objects.create(**factories.WHY, organization=who, kind="part-of", other=un)
    factories.spell("un", "FRA", "1945-10-24")
    factories.spell("who", "FRA", "1948")
    factories.state("PRI", kind="territory")
    factories.spell("who", "PRI", "1992")
    spell = factories.spell("who", "CHE", "1948")
    return spell, lambda: factories.spell("un", "CHE", "2002-09-10")


def later_than_next_year():
    spell = factories.spell("csto", "UZB", "2006-06-23", "9999")
    factories.spell("csto", "ARM", "[2002..]", "XXXX")
    return spell, lambda: change(spell, left="")


def wide_interval():
    spell = factories.spell("imf", "FRA", "[1945..1990]")
    factories.spell("imf", "ITA", "[1945..1965]")
    factories.spell("imf", "ESP", "[1945..]")
    return spell, lambda: change(spell, joined="1945-12-27")


def source_before_fact():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    citation = factories.cite("membership", spell, "old", field="")
    change(citation.source, published="2005")
    return citation, lambda: change(citation.source, published="2006")


def figure_of_another_time():
    citation = factories.cite(
        "strength", ForceStrength.objects.create(**factories.WHY, force=force(), number=20000, as_of="2013")
    )
    change(citation.source, published="2020-09-05")
    return citation, lambda: change(citation.fact, as_of="2020")


def number_contradicted():
    for iso3 in ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"):
        factories.spell("csto", iso3, "2002-10-07")
    citation = factories.cite("organization", factories.organization("csto"), field="members", says="7")
    change(citation.source, published="2020-09-05")
    return citation, lambda: factories.spell("csto", "UZB", "2006-06-23")


def no_source():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    return spell, lambda: factories.cite("membership", spell)


def name_without_source():
    name = Name.objects.create(**factories.WHY, state=factories.state("UZB"), language="uz", text="Oʻzbekiston")
    return name, lambda: factories.cite("name", name)


def begun_after_the_end():
    factories.organization("cento", founded="1955-02-24", dissolved="1979")
    spell = factories.spell("cento", "TUR", "2020", "XXXX")
    return spell, lambda: change(spell, joined="1955-02-24", left="1979")


def only_tertiary():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    change(factories.source("encyclopaedia"), kind="tertiary")
    factories.cite("membership", spell, "encyclopaedia")
    return spell, lambda: factories.cite("membership", spell, "protocol")


def rests_on_withdrawn():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    change(factories.source("forged-letter"), withdrawn="The letter was forged.")
    factories.cite("membership", spell, "forged-letter")
    return spell, lambda: factories.cite("membership", spell, "protocol")


def rests_on_withdrawn_and_a_dissent():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    change(factories.source("forged-letter"), withdrawn="The letter was forged.")
    factories.cite("membership", spell, "forged-letter")
    factories.cite("membership", spell, "protocol", field="joined", says="2007")
    return spell, lambda: change(factories.source("forged-letter"), withdrawn="")


def a_state_on_withdrawn():
    state = factories.state("UZB")
    change(factories.source("forged-letter"), withdrawn="The letter was forged.")
    factories.cite("state", state, "forged-letter")
    return state, lambda: state.citations.all().update(source=factories.source("protocol"))


def low_confidence():
    spell = factories.spell("csto", "UZB", "2006-06-23", confidence="low")
    return spell, lambda: change(spell, confidence="high")


def not_verified():
    spell = factories.spell("csto", "UZB", "2006-06-23", verified_on=date(2020, 1, 1))
    return spell, lambda: Membership.objects.verify()


def never_verified():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    Membership.history.update(history_date=datetime(2020, 1, 1, tzinfo=UTC))
    return spell, lambda: Membership.objects.verify()


PLANTED = [
    ("overlapping-spells", overlapping),
    ("outside-life", outside_organization),
    ("outside-life", outside_state),
    ("member-of-what-ended", goes_on_in_what_ended),
    ("member-of-what-ended", goes_on_in_a_state_that_ended),
    ("barred-together", barred),
    ("change-without-next", change_without_next),
    ("mixed-acts", mixed_acts),
    ("list-ends-early", list_ends_early),
    ("coarser-than-treaty", coarser_than_treaty),
    ("coarser-than-treaty", left_coarser_than_treaty),
    ("participant-no-member", participant_no_member),
    ("participant-no-member", participant_that_left),
    ("chair-no-member", chair_no_member),
    ("outlives-its-home", force_before_its_organization),
    ("strength-without-date", strength_without_date),
    ("in-force-before-signed", in_force_before_signed),
    ("action-before-signing", action_before_signing),
    ("action-before-state", action_before_state),
    ("member-of-both", member_of_both),
    ("agency-member-outside", agency_member_outside),
    ("later-than-next-year", later_than_next_year),
    ("wide-interval", wide_interval),
    ("source-before-fact", source_before_fact),
    ("figure-of-another-time", figure_of_another_time),
    ("number-contradicted", number_contradicted),
    ("no-source", no_source),
    ("only-tertiary", only_tertiary),
    ("low-confidence", low_confidence),
    ("rests-on-withdrawn", rests_on_withdrawn),
    ("rests-on-withdrawn", rests_on_withdrawn_and_a_dissent),
    ("rests-on-withdrawn", a_state_on_withdrawn),
    ("name-without-source", name_without_source),
    ("outside-life", begun_after_the_end),
    ("not-verified", not_verified),
    ("not-verified", never_verified),
]


def found(name):
    """Return the facts that one rule finds fault with."""
    return [finding.fact for finding in engine.RULES[name].findings()]


@pytest.mark.parametrize(("name", "plant"), sample(PLANTED, every=3))
def test_a_rule_fires_on_what_is_planted_and_is_silent_when_it_is_mended(name, plant):
    fact, mend = plant()
    rule = engine.RULES[name]
    assert [each for each in found(name) if type(each) is type(fact)] == [fact]
    assert fact in rule.suspects(type(fact))
    finding = next(each for each in rule.findings() if each.fact == fact)
    assert len(finding.sentence) > 20
    mend()
    assert fact not in found(name)


def test_every_rule_is_planted():
    assert {name for name, _ in PLANTED} == set(engine.RULES)


def test_two_spells_that_only_perhaps_share_days_are_not_overlapping():
    factories.spell("au", "MLI", "1963", "2012-03", left_reason="status-change")
    factories.spell("au", "MLI", "2012-03", "2012-10", status="suspended")
    assert found("overlapping-spells") == []


@pytest.mark.parametrize(
    ("joined", "left", "status", "flagged"),
    [
        ("2001", "2002-10-07", "member", False),  # Over on the day on which the other began.
        ("2001", "2002-10-08", "member", True),
        ("2010", "", "frozen", True),
        ("2010", "", "observer", False),
        ("2010", "", "partner", False),
    ],
)
def test_only_binding_statuses_at_the_same_time_are_flagged_and_the_article_is_quoted(joined, left, status, flagged):
    fact, _ = barred()
    fact.delete()
    spell = factories.spell("nato", "ARM", joined, left, status)
    assert (spell in found("barred-together")) is flagged
    for finding in engine.RULES["barred-together"].findings():
        assert "CSTO" in finding.sentence
        assert "“will not enter any military alliances”" in finding.sentence
        assert "article 1" in finding.sentence
        assert finding.sentence.endswith("a flag, not a judgement.")


def test_the_organization_that_bars_is_not_barred_from_itself():
    barred()
    assert [spell.organization.slug for spell in found("barred-together")] == ["nato"]


def test_of_two_organizations_with_one_acronym_the_one_that_bars_is_named():
    """Neither the finding nor its waiver hangs on a spell in the other one."""
    fact, _ = barred()
    other = factories.organization("customs-transit", acronym="CSTO", kind="trade-agreement")
    later = factories.spell(other.slug, "ARM", "2040")
    [finding] = engine.RULES["barred-together"].findings()
    assert finding.about == "2030||CSTO|member|2002-10-07||will not enter any military alliances"
    finding.waive("An old alliance.", "Ani")
    change(later, left="2050")
    assert found("barred-together") == []
    change(Membership.objects.get(organization__slug="csto"), left="2050")
    assert found("barred-together") == [fact]


def test_a_source_that_says_otherwise_is_not_quoted_as_the_text_that_bars():
    barred()
    [provision] = Provision.objects.all()
    citation = factories.cite("provision", provision, "a-critic", field="text", says="None.", quote="may join any")
    change(citation.source, kind="primary")
    [finding] = engine.RULES["barred-together"].findings()
    assert "“will not enter any military alliances”" in finding.sentence


def test_what_bars_is_asked_once_a_provision_whatever_the_number_of_spells(django_assert_num_queries):
    barred()
    for number in range(7):
        factories.spell("csto", factories.code(number), "2002-10-07")
        factories.spell("nato", factories.code(number), "2010")
    # The waivers, the provisions, the spells of the one provision, those that bar, the suspects.
    with django_assert_num_queries(5):
        assert len(list(engine.RULES["barred-together"].findings())) == 8
    with django_assert_num_queries(5):
        assert engine.RULES["barred-together"].number() == 8


def test_a_participant_in_a_force_that_was_disbanded_need_not_stay_a_member():
    nrf = force(disbanded="2012")
    ForceParticipation.objects.create(**factories.WHY, force=nrf, state=factories.state("UZB"), since="2010")
    factories.spell("csto", "UZB", "2006-06-23", "2012-12-19")
    assert found("participant-no-member") == []


def test_a_participant_stays_bound_while_it_is_suspended():
    ForceParticipation.objects.create(**factories.WHY, force=force(), state=factories.state("ARM"), since="2010")
    factories.spell("csto", "ARM", "2002-10-07", "2024-02-22")
    factories.spell("csto", "ARM", "2024-02-22", status="frozen")
    assert found("participant-no-member") == []


@pytest.mark.parametrize(("day", "flagged"), [("2027-12-31", False), ("2028-03-01", True)])
def test_what_was_verified_is_to_be_verified_again_after_24_months(monkeypatch, day, flagged):
    spell = factories.spell("csto", "UZB", verified_on=date(2026, 2, 1))
    monkeypatch.setattr(dates, "today", lambda: date.fromisoformat(day))
    assert (spell in found("not-verified")) is flagged


def test_a_finding_is_waived_with_a_reason_and_a_name_and_comes_back_when_its_values_change():
    strength, _ = strength_without_date()
    finding = next(iter(engine.RULES["strength-without-date"].findings()))
    waiver = finding.waive("Nobody dates it.", "Ani")
    assert (waiver.fact, waiver.reason, waiver.waived_by) == (strength, "Nobody dates it.", "Ani")
    assert found("strength-without-date") == []
    assert len(list(engine.RULES["strength-without-date"].findings(include_waived=True))) == 1
    change(strength, number=18000)
    assert found("strength-without-date") == [strength]
    change(strength, number=20000)
    waiver.delete()
    assert found("strength-without-date") == [strength]


def test_a_waiver_falls_when_the_other_side_of_a_finding_changes():
    spell, _ = outside_organization()
    next(iter(engine.RULES["outside-life"].findings())).waive("The archive says so.", "Ani")
    assert found("outside-life") == []
    change(spell.organization, dissolved="1990")
    assert found("outside-life") == [spell]
    citation, _ = number_contradicted()
    next(iter(engine.RULES["number-contradicted"].findings())).waive("A slip of the pen.", "Ani")
    assert found("number-contradicted") == []
    change(Membership.objects.get(state__iso3="TJK"), left="2010")  # Now we count five.
    assert found("number-contradicted") == [citation]


def test_a_waiver_falls_when_the_spell_that_bars_or_overlaps_changes():
    barred()
    finding = next(iter(engine.RULES["barred-together"].findings()))
    finding.waive("An old alliance.", "Ani")
    assert found("barred-together") == []
    change(Membership.objects.get(organization__slug="csto"), left="2050")
    assert found("barred-together") == [finding.fact]
    second, _ = overlapping()
    next(iter(engine.RULES["overlapping-spells"].findings())).waive("Both counted it.", "Ani")
    change(Membership.objects.get(joined="2006-06-23"), left="2012-07-01")
    assert found("overlapping-spells") == [second]


def test_a_source_that_says_otherwise_does_not_support_a_fact():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    factories.cite("membership", spell, field="joined", says="1888")
    assert spell in found("no-source")


def test_the_coarse_end_is_the_one_that_is_told():
    factories.organization("csto", founded="2002-10-07")
    spell = factories.spell("csto", "UZB", "2006-06-23", "2012-12")
    treaty = Document.objects.create(
        **factories.WHY, organization=spell.organization, slug="ch", title="Charter", kind="charter"
    )
    for action, day in (("acceded", "2006-06-23"), ("denounced", "2012-12-19")):
        TreatyAction.objects.create(**factories.WHY, document=treaty, state=spell.state, action=action, date=day)
    finding = next(iter(engine.RULES["coarser-than-treaty"].findings()))
    assert finding.sentence.endswith("gives the day: “left” 2012-12-19.")


def test_a_treaty_is_no_source_too_old_for_what_follows_from_it():
    citation, _ = source_before_fact()
    change(citation.source, kind="primary")
    assert found("source-before-fact") == []


def test_a_verification_is_no_change_and_a_change_ends_it(client):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    before = client.get("/feeds/changes/?state=UZB").content
    Membership.objects.verify()
    assert ChangeSet.objects.first().kind == ChangeSet.Kind.VERIFICATION
    assert client.get("/feeds/changes/?state=UZB").content == before
    history = client.get("/states/uzb/history/").content.decode()
    assert "verified" in history
    assert "verified on" not in history
    spell.refresh_from_db()
    spell.joined = "2006-08-16"
    spell.save()
    spell.refresh_from_db()
    assert spell.verified_on is None
    assert ChangeSet.objects.first().kind == ChangeSet.Kind.EDIT
    assert "2006-08-16" in client.get("/states/uzb/history/").content.decode()


def test_what_stands_beside_a_fact_does_not_end_its_verification():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    Membership.history.update(history_date=datetime(2020, 1, 1, tzinfo=UTC))
    Membership.objects.verify()
    Membership.objects.update(note="A mended typo", confidence="high")
    assert Membership.objects.get().verified_on == dates.today()
    Membership.objects.update(joined="2006-08-16")
    assert Membership.objects.get().verified_on is None
    assert spell not in found("not-verified")  # It was changed just now.


def test_what_also_edits_is_no_verification():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    for first in (True, False):
        with change_set():
            if first:
                Membership.objects.verify()
            Membership.objects.filter(pk=spell.pk).update(note=f"corrected {first}")
            if not first:
                Membership.objects.verify()
        assert ChangeSet.objects.first().kind == ChangeSet.Kind.EDIT


def test_a_rule_asks_as_often_for_seven_of_everything_as_for_two(django_assert_max_num_queries):
    def asked(number):
        with transaction.atomic():
            factories.crowd(number)
            factories.forget_sources()
            with django_assert_max_num_queries(200) as captured:
                findings = list(engine.findings())
                assert len(findings) > 6 * number
                assert all(finding.sentence for finding in findings)
            transaction.set_rollback(True)
        return len(captured)

    assert asked(7) <= asked(2)


def report(*args):
    """Run check_facts and return (exit code, what it printed)."""
    out = StringIO()
    try:
        call_command("check_facts", *args, stdout=out)
    except SystemExit as error:
        return error.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_what_it_finds_and_fails_on_errors_only():
    spell, mend = goes_on_in_what_ended()
    code, text = report()
    assert code == 1
    assert "error: member-of-what-ended: Pol, member of WP from 14 May 1955" in text
    assert "Findings: 1 error, " in text
    code, text = report("--format", "json", "--rule", "member-of-what-ended")
    assert code == 1
    assert json.loads(text) == [
        {
            "rule": "member-of-what-ended",
            "level": "error",
            "kind": "membership",
            "fact": str(spell),
            "sentence": json.loads(text)[0]["sentence"],
            "url": spell.get_absolute_url(),
        }
    ]
    code, text = report("--level", "hint")
    assert code == 0
    assert "error" not in text
    mend()
    code, text = report()
    assert code == 0
    assert "Findings: 0 errors" in text


def test_the_queue_links_each_finding_to_its_fact_and_counts_by_level_and_rule(editor):
    spell, _ = goes_on_in_what_ended()
    page = BeautifulSoup(editor.get(reverse("admin:alliances_findings")).content, "lxml")
    row = next(row for row in page.select(".queue tbody tr") if "it goes on" in row.text)
    assert row.find("a")["href"] == spell.get_admin_url()
    assert "Errors 1" in " ".join(page.find(class_="queue-levels").text.split())
    rows = BeautifulSoup(editor.get(reverse("admin:alliances_findings") + "?level=error").content, "lxml")
    assert len(rows.select(".queue tbody tr")) == 1
    rows = BeautifulSoup(editor.get(reverse("admin:alliances_findings") + "?rule=no-source").content, "lxml")
    assert {row.td.text for row in rows.select(".queue tbody tr")} == {"warning"}
    assert "There is no rule" in editor.get(reverse("admin:alliances_findings") + "?rule=x").content.decode()
    assert reverse("admin:alliances_findings") in editor.get("/admin/").content.decode()


def test_a_finding_is_waived_on_the_desk(editor):
    goes_on_in_what_ended()
    url = reverse("admin:alliances_findings") + "?level=error"
    form = BeautifulSoup(editor.get(url).content, "lxml").select_one(".queue form")
    data = {
        field["name"]: field.get("value", "")
        for field in form.find_all("input")
        if field["name"] != "csrfmiddlewaretoken"
    }
    assert "say why" in editor.post(url, data, follow=True).content.decode()
    assert not Waiver.objects.exists()
    page = editor.post(url, data | {"reason": "Checked with the archive."}, follow=True)
    assert "It stands" in page.content.decode()
    waiver = Waiver.objects.get()
    assert (waiver.reason, waiver.waived_by, waiver.rule) == (
        "Checked with the archive.",
        "editor",
        "member-of-what-ended",
    )
    assert ChangeSet.objects.first().reason == "Waived: Checked with the archive."
    assert "That finding is gone" in editor.post(url, data | {"reason": "x"}, follow=True).content.decode()
    listed = editor.get(reverse("admin:alliances_waiver_changelist")).content.decode()
    assert "Checked with the archive." in listed


def test_the_queue_is_for_editors(client, django_user_model):
    assert client.get(reverse("admin:alliances_findings")).status_code == 302
    client.force_login(django_user_model.objects.create_user("guest", is_staff=True))
    assert client.get(reverse("admin:alliances_findings")).status_code == 403


def test_verified_on_is_apart_from_changed_on(editor):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    home = spell.organization
    url = reverse("admin:alliances_organization_verify", args=[home.pk])
    assert editor.get(url).status_code == 405
    form = editor.get(home.get_admin_url())
    assert f'action="{url}"' in form.content.decode()
    page = editor.post(url, {"seen": typed(form)["seen"]}, follow=True)
    assert "Verified today: 1." in page.content.decode()
    home.refresh_from_db()
    assert home.verified_on == dates.today()
    assert ChangeSet.objects.first().kind == ChangeSet.Kind.VERIFICATION
    assert str(ChangeSet.objects.first().author) == "editor"
    record = BeautifulSoup(editor.get("/organizations/csto/").content, "lxml").find(class_="record")
    assert [each["datetime"] for each in record.find_all("time")] == [
        home.history.last().history_date.isoformat(),
        str(dates.today()),
    ]


@pytest.mark.usefixtures("facts")
def test_the_facts_have_no_error():
    code, text = report()
    assert code == 0, text
    assert Organization.objects.count() == 262
    assert "Findings: 0 errors" in text
