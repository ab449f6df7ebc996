"""The review of drafts on the desk: what each would change, and what is decided on it."""

from functools import wraps

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from alliances.admin.permissions import editors_only, publishes
from alliances.admin.posted_text import posted_text
from alliances.admin.readonly import ReadOnlyAdmin
from alliances.history.dry_run import digest
from alliances.models import Draft
from alliances.models.changeset import serialize_writers
from alliances.text import number

from .drafting import as_posted, publish
from .outcome import try_out


def outcome_digest(outcome):
    """Return a token of what a reviewer was shown: any other outcome has another."""
    return digest([outcome.told, outcome.unsourced_facts, outcome.errors])


def decision(view):
    """Wrap a view that decides on a draft: posted only, and on a draft that still waits.

    The draft is locked until it is decided: its author could withdraw it meanwhile, and takes no turn of writers.
    """

    @method_decorator(require_POST)
    @wraps(view)
    def decide(self, request, object_id):
        draft = self.get_queryset(request).select_for_update(of=("self",)).filter(pk=number(object_id)).first()
        if draft is None:
            raise Http404("There is no such draft.")
        if draft.is_waiting:
            view(self, request, draft)
        else:
            said = f"Nothing was done: this draft is {draft.get_state_display().lower()} already."
            self.message_user(request, said, messages.WARNING)
        return HttpResponseRedirect(draft.get_admin_url())

    return decide


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    """Drafts: contributors see their own, editors all."""

    list_display = ["title", "about", "state", "author", "kept"]
    list_filter = ["state"]
    list_select_related = ["author"]
    list_per_page = 100
    search_fields = ["title", "reason", "author__username"]
    search_help_text = "Words of what it is about, of its reason, or the author’s name."

    def has_delete_permission(self, request, obj=None):
        return False  # What was proposed and declined stays on record.

    def get_queryset(self, request):
        return super().get_queryset(request).readable_by(request.user)

    def get_list_filter(self, request):
        return [*self.list_filter, "author"] if publishes(request) else self.list_filter

    @admin.display(description="about", ordering="kind")
    def about(self, draft):
        """Of what kind it is, and whether that is there already."""
        return f"{draft.model._meta.verbose_name}, {'change' if draft.key else 'new'}"

    def get_urls(self):
        decisions = {"publish": self.publish_view, "decline": self.decline_view, "withdraw": self.withdraw_view}
        urls = [
            path(f"<path:object_id>/{word}/", self.admin_site.admin_view(view), name=f"alliances_draft_{word}")
            for word, view in decisions.items()
        ]
        return [*urls, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show what a draft changes, as of when it was kept and as of now."""
        if object_id is None or not self.has_view_permission(request) or request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        draft = self.get_object(request, object_id)
        if draft is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        # Whoever may open it may try it out; nothing is written by that.
        now = self.outcome(request, draft) if draft.is_waiting else None
        context = {
            **self.admin_site.each_context(request),
            "title": f"Draft: {draft}",
            "opts": self.opts,
            "draft": draft,
            "fact": draft.fact,
            "now": now,
            "token": now and outcome_digest(now),
            "changed_since": bool(now and now.fact is not None and now.told != draft.told),
            "may_decide": draft.is_waiting and publishes(request),
            "is_author": draft.author_id == request.user.pk,
            "may_open": Draft.objects.open_to(request.user).filter(pk=draft.pk).exists(),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/alliances/draft.html", context)

    def form_of(self, draft):
        """Return the ModelAdmin in whose form a draft was typed."""
        return self.admin_site.get_model_admin(draft.model)

    def outcome(self, request, draft):
        """Return the outcome of publishing a draft now."""
        form = self.form_of(draft)
        return try_out(form, as_posted(form, request, draft.typed), str(draft.key) if draft.key else None)

    @decision
    def publish_view(self, request, draft):
        """Publish a draft as it was shown: the change is the editor's, with the author's reason."""
        editors_only(request)
        serialize_writers()  # What is published is what is looked at here.
        now = self.outcome(request, draft)
        why = posted_text(request.POST, "why_unsourced")
        if outcome_digest(now) != request.POST.get("token"):
            said = "Nothing was published: facts changed since you opened this page. Look again at what it changes."
        elif now.fact is None:
            said = "Nothing was published: the form is refused as it stands. Open it, and correct it."
        elif now.unsourced_facts and not why:
            said = "Nothing was published: say why there is no source, or open the form and cite one."
        else:
            if publish(self.form_of(draft), request, draft, why) is not None:
                said = format_html('Published: <a href="{}">{}</a>.', draft.get_fact_url(), draft.title)
                return self.message_user(request, said, messages.SUCCESS)
            said = "Nothing was published: the form was refused. Open it, and correct it."
        return self.message_user(request, said, messages.ERROR)

    @decision
    def decline_view(self, request, draft):
        """Decline a draft, with an answer that the author reads."""
        editors_only(request)
        answer = posted_text(request.POST, "answer", 2000)
        if not answer:
            return self.message_user(request, "Nothing was declined: say why. The author reads it.", messages.ERROR)
        draft.decide(Draft.State.DECLINED, request.user, answer)
        self.message_user(request, "It is declined, and its author reads why.", messages.SUCCESS)

    @decision
    def withdraw_view(self, request, draft):
        """Withdraw one's own draft."""
        if draft.author_id != request.user.pk:
            raise PermissionDenied
        draft.decide(Draft.State.WITHDRAWN, request.user)
        self.message_user(request, "You withdrew it. It can still be opened, and proposed again.", messages.SUCCESS)
