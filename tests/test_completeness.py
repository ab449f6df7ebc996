"""A new field is forgotten nowhere: form, spreadsheet, history, page and filters have it, or the reason why not.

Whoever adds a field sees here what is left to do. The reasons below are for editors of this file: keep them true.
"""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.db.models import CharField, ForeignKey, URLField
from django.test import RequestFactory

from alliances.editing.spreadsheets.layouts import sheet_kind
from alliances.models import Citation, Membership, kinds
from alliances.models.folded_text import FoldedField
from alliances.models.temporal import PartialDateField
from alliances.models.versioning import versions_of
from alliances.queries import filters

from . import factories

# Kinds whose facts do not come as rows of a spreadsheet.
NO_SHEET = {
    "citation": "it comes in the row of its fact: source, locator, quote",
    "name": "a page of a thing has few, typed in its form",
    "relation": "there are few, typed in the form of the organization",
    "participation": "they are typed in the form of the force",
    "strength": "they are typed in the form of the force",
    "chairmanship": "they are typed in the form of the council",
    "provision": "a sentence is written, not tabulated",
}

# Public fields that the page of a fact does not show.
NOT_SHOWN = {
    "state.m49": "a code for programs: it goes out with the data",
    "state.cow_code": "a code for programs: it goes out with the data",
    "provision.bars": "it is for the rules; the sentence itself says it",
    "strength.wording": "it stands in place of a number, where the source gives none",
    "citation.source": "the page of the fact shows it as a footnote",
}

# Public fields of the kinds with lists, that neither a filter nor the search asks.
NOT_ASKED = {
    "organization.founded": "`on` asks for it, and the list sorts by it",
    "organization.dissolved": "`on` asks for it",
    "organization.complete_until": "a rule finds where it has passed, for editors",
    "organization.in_force": "the founding treaty is in the list of documents",
    "organization.website": "nobody looks for an organization by its address elsewhere",
    "state.existed_from": "`on` asks for it",
    "state.existed_until": "`on` asks for it",
    "state.m49": "codes of other lists come with the data",
    "state.cow_code": "codes of other lists come with the data",
    "state.gw_code": "codes of other lists come with the data",
    "state.ioc": "codes of other lists come with the data",
    "state.fips": "codes of other lists come with the data",
    "state.wikidata": "codes of other lists come with the data",
    "state.predecessor": "the page of the predecessor lists its successors",
    "membership.joined": "`on` asks for it, and the list sorts by it",
    "membership.left": "`on` asks for it, and the list sorts by it",
    "membership.left_reason": "it is read beside the end",
    "membership.left_basis": "it is read beside the end",
    "membership.note": "memberships are found by the names of their sides alone",
    "force.established": "`on` asks for it, and the list sorts by it",
    "force.disbanded": "`on` asks for it",
    "council.chair_selection": "it is read on the page of the council",
    "council.chair_term_months": "it is read on the page of the council",
    "council.established": "`on` asks for it",
    "council.dissolved": "`on` asks for it",
    "document.signed": "the list sorts by it",
    "document.in_force": "`on` asks for it",
    "document.ended": "`on` asks for it",
    "document.adopted_by": "the page of the council lists its documents",
    "source.published": "the list sorts by it",
    "source.url": "nobody looks for a source by its address",
}

FILTERS = {
    "organization": filters.OrganizationFilter,
    "state": filters.StateFilter,
    "membership": filters.MembershipFilter,
    "force": filters.ForceFilter,
    "council": filters.CouncilFilter,
    "document": filters.DocumentFilter,
    "source": filters.SourceFilter,
}

EVERY = pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.code)


def fields_of(kind):
    """Return the public fields of a kind; those of a citation are all that are typed, but its fact."""
    facts = {each.code for each in kinds.facts()}
    return [field for field in kind.public_fields() if not (kind.model is Citation and field.name in facts)]


@EVERY
def test_every_field_is_in_the_form_of_the_desk(kind):
    request = RequestFactory().get("/admin/")
    request.user = SimpleNamespace(has_perm=lambda *args: True, is_active=True, is_staff=True, is_superuser=True, pk=1)
    form = admin.site._registry[kind.model].get_form(request)
    missing = [field.name for field in fields_of(kind) if field.name not in form.base_fields]
    assert missing == []


@EVERY
def test_every_field_is_a_column_of_the_spreadsheet(kind):
    if kind.code in NO_SHEET:
        assert sheet_kind(kind.model) is None, "It has a sheet now: take it out of NO_SHEET."
        return
    from alliances.editing.spreadsheets.layouts import layout_of

    layout = layout_of(sheet_kind(kind.model))
    assert [field.name for field in fields_of(kind) if field.name not in {*layout.columns, *layout.left_out}] == []


@EVERY
def test_every_field_is_told_in_the_history_by_a_label(kind):
    tracked = {field.name: field for field in versions_of(kind.model).tracked_fields}
    for field in fields_of(kind):
        assert field.name in tracked
        assert "_" not in str(tracked[field.name].verbose_name)


@EVERY
def test_every_field_is_asked_by_a_filter_or_by_the_search_or_says_why_not(kind):
    if kind.code not in FILTERS:
        return
    asked = {each.field_name or name for name, each in FILTERS[kind.code].base_filters.items()}
    asked |= set(FILTERS[kind.code].base_filters)
    asked = {name.partition("__")[0] for name in asked}
    found = {source for each in kind.model._meta.fields if isinstance(each, FoldedField) for source in each.sources}
    for field in fields_of(kind):
        said = f"{kind.code}.{field.name}"
        if field.name in asked | found:
            assert said not in NOT_ASKED, f"{said} is asked now: take it out of NOT_ASKED."
        else:
            assert said in NOT_ASKED, f"Add a filter for {said}, let the search read it, or say in NOT_ASKED why not."


# --- the page -------------------------------------------------------------------------------------------------


def sample(kind, number=0):
    """Make a fact of a kind in which every public field is filled, each with a value of its own."""
    values = {}
    for place, field in enumerate(fields_of(kind)):
        if isinstance(field, ForeignKey):
            values[field.name] = _thing(field)
        elif isinstance(field, PartialDateField):
            # Ends lie in the future: the page of what has ended says less.
            ends = getattr(kind.model, "span", ("", ""))[1] == field.name
            values[field.name] = f"20{80 + place}-03" if ends else f"19{50 + place}-02"
        elif field.choices:
            values[field.name] = [value for value, _ in field.flatchoices if value][-1]
        elif isinstance(field, URLField):
            values[field.name] = f"https://example.org/{field.name}"
        elif isinstance(field, CharField) or field.get_internal_type() == "TextField":
            length = getattr(field, "max_length", None) or 40
            values[field.name] = f"{field.name.title().replace('_', '')}{kind.code.title()}"[:length]
        else:
            values[field.name] = 101 + place
    if kind.code == "name":
        values |= {"organization": factories.organization("bearer"), "language": "ru"}
    if kind.code == "state":
        values |= {"iso3": "QQQ", "iso2": "QQ"}
    if kind.code == "citation":
        values |= {"organization": factories.organization("cited"), "field": "founded"}
    if address := getattr(kind.model, "address_field", ""):
        values.setdefault(address, f"sample-{kind.code}")
    why = factories.WHY if kind.citable else {}
    return kind.model.objects.create(**why, **values)


def _thing(field):
    model = field.related_model
    if model.__name__ == "Organization":
        return factories.organization(
            f"the-{field.name}", acronym=f"ACR{field.name.upper()}"[:20], name=f"Home {field.name}"
        )
    if model.__name__ == "State":
        return factories.state("Q" + field.name[:2].upper(), name=f"Land {field.name}")
    if model.__name__ == "Source":
        return factories.source(f"source-{field.name}", title=f"Title of {field.name}")
    home = factories.organization("the-owner")
    defaults = {**factories.WHY, "organization": home, "slug": f"the-{field.name}"}
    if model.__name__ == "Document":
        return model.objects.create(**defaults, title=f"Treaty of {field.name}", kind="treaty")
    if model.__name__ == "Council":
        return model.objects.create(**defaults, name=f"Body of {field.name}", level="council")
    return model.objects.create(**defaults, name=f"Force of {field.name}", kind="aviation", established="1950")


def _shown(fact, field):
    """Return the ways in which a page may show the value of a field."""
    value = getattr(fact, field.name)
    if isinstance(field, ForeignKey):
        return {getattr(value, name) for name in ("name", "title", "acronym", "iso3") if getattr(value, name, "")}
    if field.choices:
        label = str(dict(field.flatchoices)[value])
        return {label, label.lower()}
    return {str(value), f"{value:,}" if isinstance(value, int) else str(value)}


@pytest.mark.django_db
@EVERY
def test_every_field_is_on_the_page_or_says_why_not(client, kind):
    fact = sample(kind)
    addresses = [fact.get_absolute_url()]
    if kind.model is Membership:
        addresses.append("/memberships/")
    html = " ".join(client.get(address.partition("#")[0]).content.decode() for address in addresses)
    for field in fields_of(kind):
        said = f"{kind.code}.{field.name}"
        shown = any(value in html for value in _shown(fact, field))
        if said in NOT_SHOWN:
            continue
        assert shown, f"Show {said} ({_shown(fact, field)}) on {addresses[0]}, or say in NOT_SHOWN why not."


def test_the_reasons_are_about_fields_that_there_are():
    known = {f"{kind.code}.{field.name}" for kind in kinds.every() for field in fields_of(kind)}
    assert set(NOT_SHOWN) | set(NOT_ASKED) <= known
    assert set(NO_SHEET) <= kinds.codes()
