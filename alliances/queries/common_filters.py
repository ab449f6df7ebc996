"""The filters that several lists share: by state, organization, status and date."""

from alliances.models import Membership

from . import vocabularies
from .params import Codes, CombinedChoice, CombinedCodes, On


def state_filter(cls=CombinedCodes, *, label="State", help_text, **kwargs):
    """A filter by one or several states, named by their ISO codes."""
    example = "Use ISO 3166 codes of three capital letters, for example ARM or SUN."
    return cls(vocabulary=vocabularies.states, label=label, help_text=help_text, example=example, **kwargs)


def organization_filter(cls=Codes, **kwargs):
    """A filter by one or several organizations, named by their slugs."""
    kwargs = {"help_text": "One or several organizations, by slug, for example csto.", **kwargs}
    example = "Use the last part of an organization's address, for example csto."
    return cls(vocabulary=vocabularies.organizations, label="Organization", example=example, **kwargs)


def match_filter(of):
    """A filter that says how several codes count: any of them, all of them, none of them."""
    return CombinedChoice(
        choices=[("any", f"any of the {of}"), ("all", f"all of the {of}"), ("none", f"none of the {of}")],
        default="any",
        label="Match",
        help_text=f"Any, all or none of the {of}; default any.",
    )


def status_filter(help_text):
    """A filter by one or several statuses."""
    return CombinedCodes(choices=Membership.Status.choices, label="Status", help_text=help_text)


def on_filter(help_text):
    """The date on view: a year, a month or a day."""
    return On(label="As of", help_text=help_text)
