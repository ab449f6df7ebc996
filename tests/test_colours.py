"""Colours: what is read on a ground has a contrast of 4.5 to 1 or more, light and dark (WCAG 2.2, 1.4.3)."""

import re

import pytest
from django.conf import settings

from alliances.models import Membership

CSS = (settings.BASE_DIR / "alliances/static/alliances/tokens.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", part))
    for part in CSS.split("@media print")[0].split("@media screen")
)


def luminance(colour):
    """Return the relative luminance of #rgb or #rrggbb, by the formula of WCAG 2."""
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Return the contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_twenty_one():
    assert contrast("#000", "#ffffff") == pytest.approx(21)


STATUSES = [status.value for status in Membership.Status if status != "candidate"]
TEXTS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "link", "link-visited") for ground in ("ground", "raised")),
    *(("ink", ground) for ground in ("bad-ground", "differs-ground", "mark", "step-0")),
    ("on-link", "link"),
    ("bad", "bad-ground"),
    ("bad", "ground"),
    ("differs", "differs-ground"),
    ("agrees", "ground"),
    ("ink-soft", "step-0"),
    *(("on-status", status) for status in STATUSES),
    *(("on-status", f"{status}-mark") for status in STATUSES),
    *(("on-step-low", f"step-{step}") for step in (1, 2, 3)),
    *(("on-step-high", f"step-{step}") for step in (4, 5)),
    *((status.value, "ground") for status in Membership.Status),  # Names of lines in the chart of members.
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_a_text_is_legible_on_its_ground(scheme, ink, ground):
    colours = LIGHT if scheme == "light" else {**LIGHT, **DARK}
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["focus", "line-strong"])
def test_an_edge_that_means_something_is_visible(scheme, ink):
    colours = LIGHT if scheme == "light" else {**LIGHT, **DARK}
    assert contrast(colours[ink], colours["ground"]) >= 3


def lightness(colour):
    """Return how light a colour is in grey, from 0 to 100 (CIE L*)."""
    part = luminance(colour)
    return 116 * part ** (1 / 3) - 16 if part > 0.008856 else 903.3 * part


def over(colour, ground, opacity):
    """Return what a colour, #rrggbb, looks like that lets its ground through."""
    parts = zip(bytes.fromhex(colour[1:]), bytes.fromhex(ground[1:]), strict=True)
    return "#" + bytes(round(opacity * one + (1 - opacity) * other) for one, other in parts).hex()


# How much of its colour shows of a status that does not count (marks.css).
LIGHT_FILL = 0.16
COUNTED = [status.value for status in Membership.Status if status.binds]
NOT_COUNTED = [status.value for status in Membership.Status if not status.binds]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("counted", COUNTED)
@pytest.mark.parametrize("other", NOT_COUNTED)
def test_in_grey_what_counts_as_membership_differs_from_what_does_not(scheme, counted, other):
    colours = LIGHT if scheme == "light" else {**LIGHT, **DARK}
    faint = over(colours[other], colours["ground"], LIGHT_FILL)
    assert abs(lightness(colours[counted]) - lightness(faint)) >= 35


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("status", ["suspended", "frozen"])
def test_in_grey_the_stripes_of_a_suspended_member_show(scheme, status):
    colours = LIGHT if scheme == "light" else {**LIGHT, **DARK}
    assert abs(lightness(colours[status]) - lightness(colours[f"{status}-mark"])) >= 10


def test_the_fill_of_what_does_not_count_is_as_faint_as_computed():
    marks = (settings.BASE_DIR / "alliances/static/alliances/marks.css").read_text()
    assert f".base.participant {{ fill-opacity: {LIGHT_FILL:.2f}; }}".replace("0.", ".") in marks
