"""Drafts: a form of the desk that is kept instead of saved, and published by sending it.

Contributors see the ordinary forms. What they send is saved inside a dry run and taken back, so that a draft has
passed every check that a change passes, and what it would change is told exactly.
"""

from copy import copy

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict

from alliances.admin.permissions import proposes
from alliances.admin.posted_text import posted_text
from alliances.admin.submission import Mode, Submission
from alliances.models import Draft
from alliances.models.changeset import current_change_set
from alliances.text import number

from .outcome import GONE, silenced, try_out

DECIDED = (
    "This draft was decided or withdrawn meanwhile, so nothing was stored. What you typed stands here as you typed it; "
    "look at the draft and at the fact before you go on."
)


def open_draft(model_admin, request, object_id):
    """Put the draft that the address of a form names (`?draft=12`) into `request.desk`, if this user may go on with it.

    Where they may not (any more), a posted form is refused, and an opened one shows the fact as it stands.
    """
    if not request.GET.get("draft"):
        return
    request.desk.draft = _find_draft(model_admin, request, object_id)
    if request.desk.draft is None and request.method == "POST":
        request.desk.refuse(DECIDED)
    elif request.desk.draft is None:
        said = "That draft is not open: this is the fact as it stands."
        model_admin.message_user(request, said, messages.WARNING)


def _find_draft(model_admin, request, object_id):
    key = number(request.GET["draft"])
    if key is None or not model_admin.takes_drafts:
        return None
    drafts = Draft.objects.open_to(request.user).filter(pk=key, kind=model_admin.model.KIND.code)
    if request.method == "POST":
        # Contributors take no turn of writers: somebody could decide on it before it is kept again, or published.
        drafts = drafts.select_for_update(of=("self",))
    draft = drafts.first()
    return draft if draft and str(draft.key or "") == str(object_id or "") else None


def as_posted(model_admin, request, typed, desk=None):
    """Return a request by the same user that posts a form as it was typed (a query string).

    Its submission is `desk`; without one, a new one.
    """
    request.FILES  # noqa: B018  Read first: it would read the form of this request into the other.
    posted = copy(request)
    posted.method = "POST"
    posted.POST = QueryDict(typed, mutable=True)
    posted.GET = QueryDict()
    posted.desk = desk or new_submission(model_admin, request)
    return posted


def new_submission(model_admin, request, **values):
    """Return the submission of a form that this user opens or sends."""
    return Submission(proposes=model_admin.takes_drafts and proposes(request), **values)


def shown_draft(model_admin, request):
    """Return a request that shows the draft of an opened form, as it was typed, with what is wrong with it."""
    request.desk.mode = Mode.SHOW
    shown = as_posted(model_admin, request, request.desk.draft.typed, request.desk)
    shown.GET = request.GET
    return shown


def wants_draft(model_admin, request):
    """Tell whether a posted form is to be kept as a draft: by its button, or because the user may only propose."""
    return model_admin.takes_drafts and (request.desk.proposes or "_draft" in request.POST)


def keep_draft(model_admin, request, object_id, form_url="", extra_context=None):
    """Keep a posted form as a draft, in place of the one that it was opened from; show it if it is refused."""
    typed = _typed(request.POST)
    request.POST = request.POST.copy()
    request.POST.pop("_saveasnew", None)  # Django would take it for another fact.
    outcome = try_out(model_admin, request, object_id, form_url, extra_context)
    if outcome.fact is None:
        if outcome.errors == [GONE]:
            model_admin.message_user(request, GONE, messages.ERROR)
        return outcome.response
    if not outcome.told:
        model_admin.message_user(request, "Nothing was kept: this form changes nothing.", messages.WARNING)
        return HttpResponseRedirect(request.get_full_path())
    draft = request.desk.draft or Draft(
        kind=model_admin.model.KIND.code, key=outcome.fact.pk if object_id else None, author=request.user
    )
    draft.keep(
        typed=typed,
        told=outcome.told,
        title=str(outcome.fact)[:300],
        reason=posted_text(request.POST, "change_reason"),
    )
    said = "It is kept as a draft. Nothing of it is public until an editor publishes it."
    model_admin.message_user(request, said, messages.SUCCESS)
    return HttpResponseRedirect(draft.get_admin_url())


def _typed(post):
    """Return what was typed into a form as a query string, without buttons and token."""
    typed = post.copy()
    for name in [name for name in typed if name.startswith("_") or name == "csrfmiddlewaretoken"]:
        del typed[name]
    return typed.urlencode()


def publish(model_admin, request, draft, no_source_reason):
    """Save the form of a draft as its author typed it; return the fact, or None where it is refused.

    `no_source_reason` is said of every fact that it leaves without a source.
    """
    desk = new_submission(model_admin, request, draft=draft, no_source_reason=no_source_reason)
    posted = as_posted(model_admin, request, draft.typed, desk)
    with silenced(posted):  # Who publishes it says what came of it.
        model_admin.submit(posted, str(draft.key) if draft.key else None)
    return desk.saved


def close_draft(request):
    """Publish the draft that a form was opened from, if the form was saved: it names the change set of that."""
    draft, fact = request.desk.draft, request.desk.saved
    if draft is not None and fact is not None:
        draft.key = fact.pk
        draft.decide(Draft.State.PUBLISHED, request.user, change_set=current_change_set())


def draft_context(model_admin, request, fact):
    """Return what a form says of drafts: the one that it shows, those that wait, what the user may do."""
    if not model_admin.takes_drafts:
        return {}
    waiting = Draft.objects.waiting().open_to(request.user).about(fact) if fact and fact.pk else ()
    return {
        "draft": request.desk.draft,
        "drafts_waiting": list(waiting and waiting.select_related("author")),
        "proposes": request.desk.proposes,
        "keeps_drafts": request.user.has_perm("alliances.add_draft"),
    }
