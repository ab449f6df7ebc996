"""Whatever is written leaves a history row, and a request or a run of a command is one change set."""

import json
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.management import call_command
from django.db import NotSupportedError, transaction
from django.urls import reverse

from alliances import dates
from alliances.history.changelog import PARENTS, History
from alliances.history.gaps import version_gaps
from alliances.models import (
    ChangeSet,
    Citation,
    Fact,
    Membership,
    Name,
    Organization,
    Relation,
    State,
    TreatyAction,
    Waiver,
)
from alliances.models.changeset import annotate, change_set
from alliances.models.citation import FACTS
from alliances.models.versioning import Recorded, RecordedQuerySet

from . import factories
from .examples import sample
from .test_admin_edits import REASON, add_row, errors, organization_form, typed

pytestmark = pytest.mark.django_db


def unrecorded():
    """Return the facts that are not as their last history row says, and the rows of facts that are gone unnoticed; and
    the kinds of which a history row has no fact version, or a fact version no history row. Two it cannot have.
    """
    found = list(version_gaps())
    for model in Recorded.__subclasses__() + [each for each in PARENTS if each not in Recorded.__subclasses__()]:
        if model._meta.abstract:
            continue
        columns = [field.attname for field in model.history.model.tracked_fields]
        last = {}
        for row in model.history.order_by("history_id").values(*columns, "history_type"):
            last[row["id"]] = row
        stored = {row["id"]: row for row in model.objects.values(*columns)}
        alive = {
            key: {name: value for name, value in row.items() if name != "history_type"}
            for key, row in last.items()
            if row["history_type"] != "-"
        }
        if alive != stored:
            found.append(model.__name__)
    return found


@pytest.fixture
def cast():
    """One of everything, so that every path can be walked for every kind of fact."""
    home = factories.crowd(2)
    state = factories.state("QAA")
    Relation.objects.create(**factories.WHY, organization=home, kind="part-of", other=factories.organization("cis"))
    Name.objects.create(**factories.WHY, organization=home, language="ru", text="ОДКБ")
    Waiver.objects.create(rule="no-source", state=state, reason="Known.", waived_by="Editor")
    return home


MODELS = [*PARENTS, Waiver]
TEXT = {Citation: "quote", Waiver: "reason", Membership: "note"}


def text_field(model):
    """Return a field of the model that takes any text."""
    if model in TEXT:
        return TEXT[model]
    return "note"


@pytest.mark.parametrize("model", sample(MODELS, every=4))
def test_every_way_to_write_leaves_a_row(cast, model):
    name = text_field(model)
    assert unrecorded() == []
    ways = {
        "save": lambda fact: (setattr(fact, name, "saved"), fact.save()),
        "save of one field": lambda fact: (setattr(fact, name, "field"), fact.save(update_fields=[name])),
        "update": lambda fact: model.objects.filter(pk=fact.pk).update(**{name: "updated"}),
        "update of all": lambda fact: model.objects.update(**{name: "all"}),
        "bulk_update": lambda fact: (setattr(fact, name, "bulk"), model.objects.bulk_update([fact], [name])),
        "update_or_create": lambda fact: model.objects.update_or_create(pk=fact.pk, defaults={name: "or created"}),
    }
    for way, write in ways.items():
        fact = model.objects.first()
        before = fact.history.count()
        write(fact)
        assert fact.history.count() == before + 1, way
        assert getattr(fact.history.first(), name) == getattr(model.objects.get(pk=fact.pk), name), way
    assert unrecorded() == []


def test_every_fact_is_recorded_and_told():
    """A new kind of fact must be recorded on every path, and stand in the history of what it belongs to."""
    models = set(apps.get_app_config("alliances").get_models())
    recorded = {model for model in models if issubclass(model, Recorded)}
    assert {model for model in models if issubclass(model, Fact)} <= recorded
    assert set(MODELS) == recorded
    for model in recorded:
        assert isinstance(model.objects.all(), RecordedQuerySet), model
        assert isinstance(model._default_manager.all(), RecordedQuerySet), model


def test_what_is_made_and_deleted_in_bulk_leaves_rows():
    home = factories.organization()
    states = [factories.state(factories.code(number)) for number in range(3)]
    Membership.objects.bulk_create(
        Membership(**factories.WHY, organization=home, state=each, joined="2002") for each in states
    )
    assert Membership.history.filter(history_type="+").count() == 3
    factories.cite("membership", Membership.objects.first())
    factories.spell(home.slug, "UZB", "2006")
    Membership.objects.all().delete()  # The citation goes with its spell.
    assert Membership.history.filter(history_type="-").count() == 4
    assert Citation.history.filter(history_type="-").count() == 1
    assert unrecorded() == []


def test_ways_that_could_not_be_followed_are_refused():
    spell = factories.spell()
    with pytest.raises(NotSupportedError):
        Membership.objects.bulk_create([spell], ignore_conflicts=True)
    with pytest.raises(NotSupportedError):
        Membership.objects.bulk_create([spell], update_conflicts=True, unique_fields=["id"], update_fields=["note"])
    with pytest.raises(NotSupportedError):
        Membership.objects.all()._raw_delete("default")


def test_a_write_that_changes_nothing_leaves_no_row():
    spell = factories.spell()
    spell.save()
    Membership.objects.update(joined="2006-06-23")
    assert spell.history.count() == 1


def test_a_fact_and_its_row_are_stored_together_or_not_at_all(monkeypatch):
    spell = factories.spell()
    monkeypatch.setattr("alliances.models.versioning._values", lambda *args: 1 / 0)
    spell.note = "lost"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        spell.save()
    assert not Membership.objects.get().note


def test_what_follows_from_other_fields_is_not_kept_twice():
    kept = {field.name for field in Membership.history.model._meta.fields}
    assert {"joined", "left", "change_set", "history_type"} <= kept
    assert kept & {"joined_earliest", "left_latest", "history_user", "history_change_reason"} == set()
    assert "folded" not in {field.name for field in State.history.model._meta.fields}


def test_loading_fixtures_is_one_change_set_and_loading_them_again_is_none(tmp_path):
    factories.cite("membership", factories.spell())
    out = StringIO()
    call_command("dumpdata", "alliances.state", "alliances.organization", natural_primary=True, stdout=out)
    rows = json.loads(out.getvalue())
    for row in rows:
        row["fields"] = {name: value for name, value in row["fields"].items() if "_earliest" not in name}
        row["fields"] = {name: value for name, value in row["fields"].items() if "_latest" not in name}
        row["fields"] |= {"note": "loaded"}
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(rows))
    sets = ChangeSet.objects.count()
    call_command("loaddata", path, verbosity=0)
    assert ChangeSet.objects.count() == sets + 1
    made = ChangeSet.objects.first()
    assert (made.kind, made.reason, made.author) == ("load", "Loaded from facts.json.", None)
    assert State.history.filter(change_set=made).count() == Organization.history.filter(change_set=made).count() == 1
    assert unrecorded() == []
    call_command("loaddata", path, verbosity=0)
    assert ChangeSet.objects.count() == sets + 1


def test_everything_inside_is_one_change_set_and_a_rollback_takes_it_along():
    sets = ChangeSet.objects.count()
    with change_set(reason="The protocol of 2006"):
        factories.spell()
        with change_set(reason="not this"):
            factories.spell("nato", "GRC", "1952-02-18")
    made = ChangeSet.objects.get(pk__gt=sets)
    assert made.reason == "The protocol of 2006"
    assert Membership.history.filter(change_set=made).count() == 2
    sets = ChangeSet.objects.count()
    with change_set(), transaction.atomic():
        factories.spell("cis", "UZB", "1991-12-21")
        transaction.set_rollback(True)
    assert ChangeSet.objects.count() == sets
    with pytest.raises(RuntimeError, match="no open change set"):
        annotate(reason="of what?")


def change_reasons(page):
    """Return [(reason, [what changed])] of the entries of a history page."""
    found = []
    for entry in BeautifulSoup(page.content, "lxml").find_all(class_="change-set"):
        why = entry.find(class_="why")
        found.append(
            (why and why.get_text(), [" ".join(each.get_text(" ").split()) for each in entry.select("ul > li")])
        )
    return found


@pytest.fixture
def armenia(editor):
    """Armenia in the CSTO, with a source and a council, as the desk finds it."""
    factories.organization("csto", founded="2002-10-07")
    spell = factories.spell("csto", "ARM", "2002-10-07")
    factories.organization("csto").councils.create(
        **factories.WHY, slug="csto-council", name="Council", level="council"
    )
    factories.cite("organization", factories.organization("csto"), "charter")
    return spell


def test_a_form_with_three_inlines_is_one_entry_with_all_four_changes_and_its_reason(editor, armenia):
    data = typed(editor.get(organization_form())) | {"seat": "Moscow", "change_reason": "After the minutes of 2024."}
    data |= {"memberships-0-left": "2024-02-22", "memberships-0-left_reason": "status-change"}
    data |= {"councils-0-composition": "presidents"}
    data |= {"citations-0-locator": "article 1"}
    sets = ChangeSet.objects.count()
    assert editor.post(organization_form(), data).status_code == 302
    assert ChangeSet.objects.count() == sets + 1
    made = ChangeSet.objects.first()
    assert (made.reason, str(made.author), made.kind) == ("After the minutes of 2024.", "editor", "edit")
    page = editor.get("/organizations/csto/history/")
    reason, changes = change_reasons(page)[0]
    assert reason == "After the minutes of 2024."
    told = " | ".join(changes)
    for said in (
        "headquarters : – → Moscow",
        "left : – → 2024-02-22",
        "Change of status",
        "composition",
        "presidents",
        "article 1",
    ):
        assert said in told
    assert sum("changed" in change.split()[:1] for change in changes) == 4
    assert "editor" not in page.content.decode().replace("Editors’ desk", "")
    assert unrecorded() == []


def test_who_made_a_change_is_told_where_the_operator_says_so_and_on_the_desk(editor, armenia, settings):
    data = typed(editor.get(organization_form())) | {"seat": "Moscow"}
    editor.post(organization_form(), data)
    settings.SHOW_EDITORS = True
    assert "UTC, editor" in editor.get("/organizations/csto/history/").content.decode().replace("</time>", "")
    settings.SHOW_EDITORS = False
    desk = editor.get(reverse("admin:alliances_organization_history", args=[armenia.organization.pk])).content.decode()
    assert "editor · edit" in desk
    assert REASON in desk


@pytest.mark.parametrize("path", ["/states/arm/history/", "/organizations/csto/history/"])
def test_the_history_of_a_thing_tells_of_what_belonged_to_it_even_when_it_is_gone(client, path):
    spell = factories.spell("csto", "ARM", "2002-10-07")
    citation = factories.cite("membership", spell, "charter", quote="Member States")
    factories.spell("nato", "GRC", "1952-02-18")
    with change_set(reason="Never a member"):
        spell.delete()
    told = change_reasons(client.get(path))
    assert told[0][0] == "Never a member"
    assert [change.split()[0] for change in told[0][1]] == ["removed", "removed"]
    assert any("charter" in change for change in told[0][1])
    assert citation.history.count() == 2
    assert not any("Greece" in change or "NATO" in change for _, changes in told for change in changes)


def test_a_fact_that_moved_is_told_on_both_pages(client):
    spell = factories.spell("csto", "ARM", "2002-10-07")
    spell.state = factories.state("AZE")
    with change_set(reason="Confused"):
        spell.save()
    for iso3 in ("arm", "aze"):
        told = change_reasons(client.get(f"/states/{iso3}/history/"))
        assert any(reason == "Confused" for reason, _ in told), iso3
    history = History([factories.organization("csto")])
    entry = history.entries(history.change_sets()[:1])[0]
    assert [(each.label, each.before, each.after) for each in entry.changes[0].differences] == [("state", "Arm", "Aze")]


def test_a_large_change_set_is_told_in_numbers(client):
    with change_set(reason="A conference"):
        for number in range(201):
            factories.spell("un", factories.code(number), "1945")
    page = client.get("/organizations/un/history/").content.decode()
    assert "201 memberships added" in page
    assert "1 organization added" in page


def test_a_history_page_asks_as_often_for_seven_changes_as_for_two(client, django_assert_max_num_queries):
    home = factories.crowd(30)  # Told in numbers.

    def asked(number):
        with transaction.atomic():
            with change_set(reason="Corrected"):
                for model in PARENTS:
                    for fact in list(model.objects.all()[:number]):
                        fact.note = "corrected"
                        fact.quote = "corrected"
                        fact.save()
            with django_assert_max_num_queries(70) as captured:
                assert client.get(f"/organizations/{home.slug}/history/").status_code == 200
            transaction.set_rollback(True)
        return len(captured)

    assert asked(7) <= asked(2)


@pytest.mark.parametrize(
    "change",
    [{"seat": "Moscow"}, {"memberships-0-joined": "2003"}, {"citations-0-quote": "x"}, {"councils-0-DELETE": "on"}],
)
def test_a_reason_is_asked_for_when_what_was_stored_changes(editor, armenia, change):
    data = typed(editor.get(organization_form())) | change | {"change_reason": "  "}
    page = editor.post(organization_form(), data)
    assert "ay why" in errors(page)
    again = typed(page)
    assert all(again[name] == value for name, value in change.items())
    assert not armenia.organization.history.filter(seat="Moscow").exists()
    assert editor.post(organization_form(), data | {"change_reason": "Checked."}).status_code == 302


def test_no_reason_is_asked_for_what_is_only_added(editor, armenia):
    data = typed(editor.get(organization_form())) | {"change_reason": "", "cite_source": factories.source("new").pk}
    add_row(data, state=factories.state("UZB").pk, joined="2006-06-23")
    data["why_unsourced"] = factories.WHY["unsourced"]
    assert editor.post(organization_form(), data).status_code == 302
    assert Membership.objects.count() == 2


def test_a_deletion_asks_for_its_reason(editor, armenia):
    url = reverse("admin:alliances_membership_delete", args=[armenia.pk])
    data = typed(editor.get(url)) | {"change_reason": ""}
    page = editor.post(url, data, follow=True)
    assert page.status_code == 200
    assert "say why" in page.content.decode()
    assert Membership.objects.exists()
    assert editor.post(url, data | {"change_reason": "It never signed."}).status_code == 302
    assert not Membership.objects.exists()
    assert ChangeSet.objects.first().reason == "It never signed."


def test_a_reason_is_stored_without_what_no_database_and_no_feed_can_hold(editor, armenia):
    url = reverse("admin:alliances_membership_delete", args=[armenia.pk])
    editor.post(url, typed(editor.get(url)) | {"change_reason": " It never\x00 signed.\x0c"})
    assert not Membership.objects.exists()
    assert ChangeSet.objects.first().reason == "It never signed."


def test_the_action_that_deletes_asks_for_its_reason(editor, armenia):
    url = reverse("admin:alliances_membership_changelist")
    data = {"action": "delete_selected", "_selected_action": [armenia.pk], "seen": typed(editor.get(url))["seen"]}
    assert 'name="change_reason"' in editor.post(url, data).content.decode()
    assert "say why" in editor.post(url, data | {"post": "yes"}).content.decode()
    assert Membership.objects.exists()
    editor.post(url, data | {"post": "yes", "change_reason": "Doubled."})
    assert not Membership.objects.exists()
    assert ChangeSet.objects.first().reason == "Doubled."
    assert unrecorded() == []


def test_work_that_goes_on_after_a_rollback_has_a_change_set():
    sets = ChangeSet.objects.count()
    with change_set(reason="Row by row"):
        with transaction.atomic():
            factories.spell("csto", "UZB", "2006-06-23")
            transaction.set_rollback(True)
        kept = factories.spell("csto", "ARM", "2002-10-07")
    assert ChangeSet.objects.count() == sets + 1
    assert kept.history.get().change_set.reason == "Row by row"


def test_what_a_file_corrects_is_told_and_what_was_verified_stays(client, tmp_path):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    Membership.objects.verify()
    row = {"organization": ["csto"], "state": ["UZB"], "status": "member", "joined": "2006-06-23", **factories.WHY}
    path = tmp_path / "facts.json"
    for note, left, verified in (("", "", True), ("From the file.", "2012-12-19", False)):
        fields = {**row, "note": note, "left": left}
        path.write_text(json.dumps([{"model": "alliances.membership", "fields": fields}]))
        call_command("loaddata", path, verbosity=0)
        spell.refresh_from_db()
        assert (spell.note, bool(spell.verified_on)) == (note, verified)
    for address in ("/organizations/csto/history/", "/changes/"):
        page = client.get(address).content.decode()
        assert "Loaded from facts.json." in page
        assert "<ins>From the file.</ins>" in page
    assert unrecorded() == []


def test_the_open_change_set_is_described_after_a_rollback_too():
    with change_set():
        with transaction.atomic():
            factories.spell("csto", "UZB", "2006-06-23")
            transaction.set_rollback(True)
        ChangeSet.objects.create(made=dates.now(), reason="Somebody else's, with the same key")
        annotate(reason="Ours")
        kept = factories.spell("csto", "ARM", "2002-10-07")
    assert kept.history.get().change_set.reason == "Ours"
    assert ChangeSet.objects.filter(reason="Somebody else's, with the same key").exists()


def test_a_deletion_with_all_that_goes_with_it_is_one_change_set():
    for iso3 in ("UZB", "ARM"):
        factories.cite("membership", factories.spell("csto", iso3, "2006-06-23"))
    sets = ChangeSet.objects.count()
    factories.organization("csto").memberships.all().delete()
    assert ChangeSet.objects.count() == sets + 1
    spell = factories.spell("csto", "UZB", "2006-06-23")
    factories.cite("membership", spell)
    sets = ChangeSet.objects.count()
    spell.delete()
    assert ChangeSet.objects.count() == sets + 1
    assert unrecorded() == []


def test_a_verification_that_is_withdrawn_is_told_as_that(client):
    spell = factories.spell("csto", "UZB", "2006-06-23")
    Membership.objects.verify()
    spell.verified_on = None
    spell.save()
    assert "verified on : 2" in " ".join(change_reasons(client.get("/states/uzb/history/"))[0][1])


def test_a_text_of_several_lines_is_no_change_because_browsers_end_lines_in_two_signs(editor, armenia):
    home = armenia.organization
    home.provisions.create(**factories.WHY, kind="purpose", text="One", note="one\ntwo")
    home.note = "one\ntwo"
    home.save()
    data = typed(editor.get(organization_form())) | {"change_reason": "", "note": "one\r\ntwo"}
    sets = ChangeSet.objects.count()
    assert editor.post(organization_form(), data).status_code == 302
    assert ChangeSet.objects.count() == sets
    data |= {"note": "one\r\nthree"}
    assert "ay why" in errors(editor.post(organization_form(), data))
    assert editor.post(organization_form(), data | {"change_reason": "Checked."}).status_code == 302
    home.refresh_from_db()
    assert home.note == "one\nthree"


def test_only_what_was_stored_is_recorded():
    spell = factories.spell("csto", "UZB", "2006-06-23")
    spell.note, spell.status = "stored", "observer"
    spell.save(update_fields=["note"])
    assert (spell.history.first().note, spell.history.first().status) == ("stored", "member")
    assert unrecorded() == []


def test_an_update_of_many_rows_is_one_change_set():
    home = factories.organization()
    states = [factories.state(f"{chr(65 + n // 676)}{factories.code(n % 676)[1:]}") for n in range(520)]
    Membership.objects.bulk_create(
        Membership(**factories.WHY, organization=home, state=each, joined="2002") for each in states
    )
    sets = ChangeSet.objects.count()
    Membership.objects.update(note="all")
    assert ChangeSet.objects.count() == sets + 1
    assert Membership.history.filter(change_set=ChangeSet.objects.first()).count() == 520


@pytest.mark.parametrize("kind", sample(sorted(FACTS), every=4))
def test_the_form_of_every_cited_fact_and_of_its_source_is_saved_unchanged(editor, kind):
    factories.crowd(1)
    Relation.objects.create(
        **factories.WHY, organization=factories.organization(), kind="part-of", other=factories.organization("cis")
    )
    Name.objects.create(**factories.WHY, organization=factories.organization(), language="ru", text="ОДКБ")
    fact = Citation._meta.get_field(kind).related_model.objects.first()
    citation = factories.cite(kind, fact, "further")
    sets = ChangeSet.objects.count()
    for thing in (fact, citation, citation.source):
        url = reverse(f"admin:alliances_{thing._meta.model_name}_change", args=[thing.pk])
        assert editor.post(url, typed(editor.get(url))).status_code == 302, url
    assert ChangeSet.objects.count() == sets


def test_what_was_rolled_back_on_the_desk_leaves_no_change_set(editor, armenia):
    source = factories.source()
    url = reverse("admin:alliances_membership_change", args=[armenia.pk])
    data = typed(editor.get(url)) | {"cite_source": source.pk}
    add_row(data, "citations", source=source.pk, field="", locator="", quote="", says="")
    sets = ChangeSet.objects.count()
    assert "The database refused this" in errors(editor.post(url, data))
    assert ChangeSet.objects.count() == sets
    assert unrecorded() == []


def test_an_earlier_version_can_be_read_back():
    spell = factories.spell(joined="2006")
    before = ChangeSet.objects.first().made
    spell.joined = "2006-06-23"
    spell.save()
    assert Membership.history.as_of(before).get().joined == "2006"
    assert spell.history.first().diff_against(spell.history.last()).changed_fields == ["joined"]


def test_editors_read_history_and_cannot_write_it(editor):
    granted = {name for name in editor.get("/admin/").wsgi_request.user.get_all_permissions() if "historical" in name}
    assert granted
    assert all(name.startswith("alliances.view_") for name in granted)
    action = TreatyAction.history.model._meta
    assert action.default_permissions
