"""Drafts: a form of the desk that is kept instead of saved, and published by sending it.

Contributors see the ordinary forms. What they send is really saved inside a rehearsal and taken back, so that a draft
has passed every check that a change passes, and what it would change is told exactly.
"""

from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpResponseRedirect, QueryDict

from alliances.admin.permissions import proposes, publishes
from alliances.admin.posted_text import posted_text
from alliances.history.dry_run import entry_of
from alliances.middleware import take_back_messages
from alliances.models import Draft
from alliances.models.changeset import current_change_set, dry_running
from alliances.models.sourcing import Unsourced
from alliances.models.versioning import versions_of
from alliances.text import number

DECIDED = (
    "This draft was decided or withdrawn meanwhile, so nothing was stored. What you typed stands here as you typed it; "
    "look at the draft and at the fact before you go on."
)
GONE = "The fact that this changes is gone: somebody deleted it."


def typed_in(post):
    """Return what was typed into a form as a query string, without buttons and token."""
    typed = post.copy()
    for name in [name for name in typed if name.startswith("_") or name == "csrfmiddlewaretoken"]:
        del typed[name]
    return typed.urlencode()


def excuses(request):
    """Return a function: why a fact that stands without a source after this form has none.

    The form says it once of all its rows; what it is about has a field of its own. Whoever publishes a draft may say
    it of what is left.
    """
    of_rows, of_the_rest = posted_text(request.POST, "why_unsourced"), getattr(request, "why_unsourced", "")
    return lambda fact: (of_rows if fact != request.saved else "") or of_the_rest


@contextmanager
def silenced(request):
    """Let nobody read the messages of a save that is taken back."""
    kept = request._messages
    take_back_messages(request)
    try:
        yield
    finally:
        request._messages = kept


def sending(request, typed, draft=None):
    """Return a request that sends a form as it was typed, by the same user."""
    request.FILES  # noqa: B018  Read first: it would read the form of this request into the other.
    sent = copy(request)
    sent.method = "POST"
    sent.POST = QueryDict(typed, mutable=True)
    sent.GET = QueryDict(f"draft={draft.pk}" if draft else "")
    return sent


def told(change_set):
    """Tell in plain values what a change set wrote; of what is new, what was filled in."""
    if change_set is None:
        return []
    entry = entry_of(change_set)
    changes = [
        {
            "what": change.what,
            "kind": change.kind,
            "fact": str(change.fact),
            "differences": _filled(change.fact)
            if change.what == "added"
            else [list(each) for each in change.differences],
        }
        for change in entry.changes
    ]
    many = [
        {"what": words[0], "kind": words[1], "fact": f"{number} {words[2]}", "differences": []}
        for words, number in entry.numbers.items()
    ]
    return changes + many


def _filled(fact):
    """Return what is filled in of a new fact, as differences from nothing."""
    rows = []
    for each in versions_of(type(fact)).tracked_fields:
        value = getattr(fact, each.attname)
        if value in (None, "") or each.primary_key:
            continue
        words = str(getattr(fact, each.name)) if isinstance(each, models.ForeignKey) else None
        rows.append([each.verbose_name, "", words or str(dict(each.flatchoices).get(value, value))])
    return rows


@dataclass
class Outcome:
    """What would come of sending a form: the fact (None: it is refused), what would be written, what lacks a source."""

    response: object
    fact: object = None
    told: list = field(default_factory=list)
    bare: list = field(default_factory=list)

    @property
    def stale(self):
        """What others changed since the form was typed (a Merge), if that is why it is refused; else None."""
        return getattr(self.response, "context_data", {}).get("stale") if self.fact is None else None

    @property
    def errors(self):
        """The sentences for which it is refused."""
        if self.fact is not None:
            return []
        if getattr(self.response, "context_data", {"gone": True}).get("gone"):
            return [GONE]
        if self.stale:
            return []
        found = self.response.context_data["errors"]
        return [line for each in found for line in ([each] if isinstance(each, str) else each)]


def rehearsed(model_admin, request, object_id, **kwargs):
    """Send a form, and take back all that it wrote; a draft may lack a source, and then the outcome says so."""
    request.rehearsed = True
    with silenced(request), dry_running() as scope:
        outcome = Outcome(model_admin.changeform_view(request, object_id, **kwargs), request.saved)
        if outcome.fact is not None:
            try:
                scope.enforce_sourcing(excuses(request))
            except Unsourced as error:
                outcome.bare = [str(fact) for fact in error.facts]
            outcome.told = told(scope.row)
    return outcome


class NoWindows:
    """Boxes of a form without the windows in which an editor adds or changes what may be chosen."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if formfield and isinstance(formfield.widget, RelatedFieldWidgetWrapper) and proposes(request):
            # What is proposed in a small window beside the form would not be there to choose.
            for link in ("add", "change", "delete"):
                setattr(formfield.widget, f"can_{link}_related", False)
        return formfield


class Drafting(NoWindows):
    """A form of the desk that can be kept as a draft, and opened again as it was typed.

    Who may only propose sees the form as an editor does; no other view takes their changes.
    """

    @property
    def takes_drafts(self):
        """Whether its facts can be proposed: waivers and the like are no facts."""
        return hasattr(self.model, "KIND")

    def proposing(self, request):
        """Tell whether this request is the form of somebody who may only propose."""
        return self.takes_drafts and getattr(request, "in_form", False) and proposes(request)

    def has_add_permission(self, request):
        return super().has_add_permission(request) or (self.takes_drafts and proposes(request))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or self.proposing(request)

    def has_publish_permission(self, request, obj=None):
        """Tell whether the user may change facts here and now."""
        return publishes(request) and super().has_change_permission(request, obj)

    def draft_of(self, request, object_id):
        """Return the draft that the address of the form names, as long as this user may go on with it."""
        key = number(request.GET.get("draft"))
        if key is None or not self.takes_drafts:
            return None
        drafts = Draft.objects.open_to(request.user).filter(pk=key, kind=self.model.KIND.code)
        if request.method == "POST":
            drafts = drafts.select_for_update(of=("self",))  # Two editors may publish it at the same time.
        draft = drafts.first()
        return draft if draft and str(draft.key or "") == str(object_id or "") else None

    def drafted(self, request, object_id, form_url, extra_context):
        """Answer a request that is about a draft: to show one, or to keep one; None: it is about the facts."""
        request.in_form, request.saved = True, None
        if getattr(request, "rehearsed", False):
            return None
        request.draft = self.draft_of(request, object_id)
        if request.method == "POST" and request.GET.get("draft") and request.draft is None:
            request.refused = DECIDED
        if request.method == "GET":
            if request.draft:
                typed = QueryDict(request.draft.typed)
                return self.shown(request, typed, object_id, form_url, extra_context)
            if request.GET.get("draft"):
                self.message_user(request, "That draft is not open: this is the fact as it stands.", messages.WARNING)
        elif request.method == "POST" and self.takes_drafts and (self.proposing(request) or "_draft" in request.POST):
            return self.keep_draft(request, object_id, form_url, extra_context)
        return None

    def shown(self, request, typed, object_id=None, form_url="", extra_context=None):
        """Show a form filled in with what was typed (a QueryDict), with what is wrong with it; nothing is saved."""
        request.in_form = request.only_shown = True
        sent = sending(request, typed.urlencode())
        sent.GET = request.GET
        return super().changeform_view(sent, object_id, form_url, extra_context)

    def keep_draft(self, request, object_id, form_url, extra_context):
        """Keep the form as a draft, in place of the one that was opened; show it with its errors where it has some."""
        typed = typed_in(request.POST)
        request.POST = request.POST.copy()
        request.POST.pop("_saveasnew", None)  # Django would take it for another fact.
        outcome = rehearsed(self, request, object_id, form_url=form_url, extra_context=extra_context)
        if outcome.fact is None:
            if outcome.errors == [GONE]:
                self.message_user(request, GONE, messages.ERROR)
            return outcome.response
        if not outcome.told:
            self.message_user(request, "Nothing was kept: this form changes nothing.", messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        draft = request.draft or Draft(
            kind=self.model.KIND.code, key=outcome.fact.pk if object_id else None, author=request.user
        )
        draft.keep(
            typed=typed,
            told=outcome.told,
            title=str(outcome.fact)[:300],
            reason=posted_text(request.POST, "change_reason"),
        )
        self.message_user(
            request, "It is kept as a draft. Nothing of it is public until an editor publishes it.", messages.SUCCESS
        )
        return HttpResponseRedirect(draft.get_admin_url())

    def response_add(self, request, obj, *args, **kwargs):
        self.was_saved(request, obj)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request, obj, *args, **kwargs):
        self.was_saved(request, obj)
        return super().response_change(request, obj, *args, **kwargs)

    def was_saved(self, request, fact):
        """Remember that the form was taken; the draft that it came from is published with that."""
        request.saved = fact
        if getattr(request, "draft", None) and not getattr(request, "rehearsed", False):
            request.draft.key = fact.pk
            request.draft.decide(Draft.State.PUBLISHED, request.user, change_set=current_change_set())

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if self.takes_drafts:
            waiting = Draft.objects.waiting().open_to(request.user).about(obj) if obj and obj.pk else ()
            context |= {
                "draft": getattr(request, "draft", None),
                "drafts_waiting": list(waiting and waiting.select_related("author")),
                "proposes": proposes(request),
                "keeps_drafts": request.user.has_perm("alliances.add_draft"),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


class DraftedRows(NoWindows):
    """Rows on a form that can be kept as a draft: who may only propose adds, changes and takes away rows, too."""

    def _proposed(self, request):
        return getattr(request, "in_form", False) and proposes(request)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) or self._proposed(request)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or self._proposed(request)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) or self._proposed(request)
