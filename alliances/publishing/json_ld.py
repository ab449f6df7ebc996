"""Pages as linked data, in the words of schema.org (JSON-LD): facts in, plain dicts out.

Only what certainly holds on the date on view: schema.org has no word for "possibly". Dates are as precise as they are
known (ISO 8601 allows a year or a month); where nobody knows one, nothing is said. A state is called a Country and an
Organization at once: to be a member of something is a property of organizations, and a Country is a place.
"""

import re
from collections.abc import Iterable

from alliances import dates
from alliances.derived.roster import Roster
from alliances.models import Membership, Name, Organization, Source, State
from alliances.models.relation import Relation

from .page_address import SITE, PageAddress

CONTEXT = "https://schema.org"
STATE = ["Country", "Organization"]

# A thing in the words of schema.org: values are texts, things, or lists of them.
Thing = dict[str, object]


def site(here: PageAddress) -> Thing:
    """Return the site, and how it is searched."""
    target = {"@type": "EntryPoint", "urlTemplate": here.absolute("/search/?q={search_term_string}")}
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "@id": here.absolute("/#site"),
        "name": SITE,
        "url": here.absolute("/"),
        "inLanguage": "en",
        "potentialAction": {
            "@type": "SearchAction",
            "target": target,
            "query-input": "required name=search_term_string",
        },
    }


def organization(
    fact: Organization, names: Iterable[Name], roster: Roster, relations: Iterable[Relation], here: PageAddress
) -> Thing:
    """Return an organization with the states that are bound by it on the date, and what it is part of."""
    acronym = [fact.acronym] if fact.acronym != fact.name else []
    parts = [relation for relation in relations if relation.kind == Relation.Kind.PART]
    return _known(
        {
            "@context": CONTEXT,
            "@type": "Organization",
            "@id": here.absolute(fact.get_absolute_url()),
            "url": here.canonical,
            "name": fact.name,
            "alternateName": [*acronym, *_other_names(names, here)],
            "sameAs": fact.website,
            "foundingDate": _date(fact.founded),
            "dissolutionDate": _date(fact.dissolved),
            "address": fact.seat and {"@type": "PostalAddress", "addressLocality": fact.seat},
            "member": [_role(spell, "member", _state(spell.state, here)) for spell in _certain(roster)],
            "parentOrganization": [_organization(part.other, here) for part in parts if part.organization == fact],
            "subOrganization": [_organization(part.organization, here) for part in parts if part.other == fact],
        }
    )


def state(fact: State, names: Iterable[Name], roster: Roster, here: PageAddress) -> Thing:
    """Return a state with the organizations that it is bound by on the date."""
    return _known(
        {
            "@context": CONTEXT,
            "@type": STATE,
            "@id": here.absolute(fact.get_absolute_url()),
            "url": here.canonical,
            "name": fact.name,
            "alternateName": list(filter(None, [fact.official_name, *_other_names(names, here)])),
            "identifier": {"@type": "PropertyValue", "propertyID": _code_list(fact), "value": fact.iso3},
            "foundingDate": _date(fact.existed_from),
            "dissolutionDate": _date(fact.existed_until),
            "memberOf": [
                _role(spell, "memberOf", _organization(spell.organization, here)) for spell in _certain(roster)
            ],
        }
    )


def source(fact: Source, here: PageAddress) -> Thing:
    """Return a source as the creative work that it is, under its own address."""
    return _known(
        {
            "@context": CONTEXT,
            "@type": "CreativeWork",
            "@id": here.absolute(fact.get_absolute_url()),
            "name": fact.title,
            "url": fact.url,
            "author": fact.author and {"@type": "Thing", "name": fact.author},
            "publisher": fact.publisher and {"@type": "Organization", "name": fact.publisher},
            "datePublished": _date(fact.published),
            "mainEntityOfPage": here.canonical,
        }
    )


def _known(thing: Thing) -> Thing:
    """Leave out what nobody knows."""
    return {name: value for name, value in thing.items() if value not in ("", [], None)}


def _code_list(fact: State) -> str:
    """Name the list that a state's code of three letters comes from.

    ISO 3166-1 lists countries of today. The code of a state that ended was withdrawn from it and stands in ISO 3166-3;
    AAA to AAZ, QMA to QZZ, XAA to XXZ and ZZA to ZZZ are left to users: XKX is Kosovo by custom.
    """
    if re.match("AA|Q[M-Z]|X[A-X]|ZZ", fact.iso3):
        return "ISO 3166-1 alpha-3 (user-assigned)"
    return "ISO 3166-3 (withdrawn alpha-3 code)" if fact.existed_until else "ISO 3166-1 alpha-3"


def _date(text: str) -> str:
    return text if dates.is_single(text) else ""


def _other_names(names: Iterable[Name], here: PageAddress) -> list[str]:
    """Return the names in use on the date, in other languages, and other acronyms, each once."""
    in_use = [name for name in names if name.holds(here.on) == dates.Holds.CERTAINLY]
    # A former name whose end nobody dated would seem to be in use for ever.
    return list(dict.fromkeys(name.text for name in in_use if name.used_until or not name.type.startswith("former")))


def _certain(roster: Roster) -> list[Membership]:
    """Return the binding spells that certainly hold on the date."""
    return [spell for spell in roster.binding if not spell.possible]


def _role(spell: Membership, side: str, thing: Thing) -> Thing:
    """Return a spell as a role: who, as what, since when, until when."""
    return _known(
        {
            "@type": "OrganizationRole",
            side: thing,
            "roleName": spell.get_status_display(),
            "startDate": _date(spell.joined),
            "endDate": _date(spell.left),
        }
    )


def _state(fact: State, here: PageAddress) -> Thing:
    return {"@type": STATE, "name": fact.name, "url": here.absolute(fact.get_absolute_url())}


def _organization(fact: Organization, here: PageAddress) -> Thing:
    return {"@type": "Organization", "name": fact.name, "url": here.absolute(fact.get_absolute_url())}
