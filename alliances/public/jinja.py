"""The Jinja2 environment of the public templates: every function and filter that they can call."""

import json

from django.conf.locale import LANG_INFO
from django.templatetags.static import static
from django.utils.text import capfirst
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from alliances import dates, text
from alliances.models import Membership
from alliances.publishing import citations, links
from alliances.publishing.links import query, url, with_date

# htmx as the policy for what pages may load wants it: it writes no styles and evaluates nothing. Back and Forward load
# the page anew, from the server, so that rows, form, title and place are those of the address; nothing is kept in the
# browser. A refusal (400) is an answer like others: it has the messages, and no rows.
HTMX = {
    "allowEval": False,
    "allowScriptTags": False,
    "attributesToSettle": [],
    "defaultSettleDelay": 0,
    "historyCacheSize": 0,
    "includeIndicatorStyles": False,
    "refreshOnHistoryMiss": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..|400", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
    "scrollIntoViewOnBoost": False,
    "timeout": 20_000,
}


def environment(**options):
    """Make the Jinja2 environment of templates/ (settings.TEMPLATES)."""
    # A name that a view forgot is an error in the first test, not a gap on the page.
    options |= {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    env = Environment(**options)  # noqa: S701  Django's backend passes autoescape=True.
    env.globals.update(static=static, url=url, with_date=with_date, query=query, statuses=Membership.Status)
    env.globals.update(when=when, citation_forms=citations.FORMATS, suggest_address=links.suggest_address)
    env.globals["binding"] = [status.value for status in Membership.Status.binding()]
    env.globals["htmx_config"] = json.dumps(HTMX)
    env.filters.update(
        first_letter=capfirst,
        date=date,
        last_day=dates.last_day,
        words=dates.in_words,
        plural=plural,
        tense=tense,
        language=language,
        interval_in_words=interval_in_words,
        data_block=data_block,
    )
    return env


def date(text, noun=False):
    """Show a date as precisely as it is known: "7 Oct 2002", in a `<time>` element if it is one.

    `noun`: to stand after "since".
    """
    if not text:
        return ""
    if text == dates.UNKNOWN:
        return Markup('<span class="date">unknown</span>')
    if not dates.is_single(text):
        words = dates.as_noun(text) if noun else dates.in_words(text, short=True)
        return Markup('<span class="date">{}</span>').format(words)
    return Markup('<time class="date" datetime="{}">{}</time>').format(text, dates.in_words(text, short=True))


def language(code):
    """Return the English name of a language ("Russian"), or its code ("ru-Latn") where Django knows no name for it."""
    return LANG_INFO.get(code.lower(), {}).get("name", code)


def interval_in_words(text):
    """Say a value that is an interval in words ("by 1990"); leave any other as it is."""
    return dates.in_words(text) if not dates.is_single(text) and dates.is_date(text) else text


def when(on):
    """Return the date on view in words: "on 24 November 2026", "at some time in 1993"."""
    return citations.when(on, "today")


def data_block(data):
    """Serialize to JSON that is safe inside a script data block."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  What could be markup is escaped above, as JSON has it.


def tense(on, past, present, future):
    """Choose the word that fits the date on view: "was", "is" or "will be"."""
    return {"past": past, "present": present, "future": future}[dates.tense(on)]


def plural(number, one, many=None):
    """Return a number with its noun, for a page."""
    return escape(text.plural(number, one, many))
