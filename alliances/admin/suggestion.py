"""Suggestions from readers on the desk: the queue, and the decision. For editors only."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from alliances import dates
from alliances.models import Suggestion
from alliances.models.suggestion import CONTACT_KEPT
from alliances.public.suggestions.form import value_now

from .permissions import editors_only, publishes
from .posted_text import posted_text
from .readonly import ReadOnlyAdmin

DECISIONS = {"accepted": Suggestion.State.ACCEPTED, "declined": Suggestion.State.DECLINED}


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """Suggestions from readers. Nobody edits their words: a suggestion is accepted or declined."""

    list_display = ["title", "field", "made", "state", "decided_by"]
    list_filter = ["state", "kind"]
    list_select_related = ["decided_by"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.decide_view)
        return [path("<int:number>/decide/", view, name="alliances_suggestion_decide"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        """Show the queue, without e-mail addresses that have waited for too long."""
        Suggestion.objects.forget_contacts(dates.now() - CONTACT_KEPT)
        return super().changelist_view(request, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show what the reader said, what the fact was then and is now, and the buttons to decide."""
        suggestion = self.get_object(request, object_id)
        if suggestion is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, suggestion):
            raise PermissionDenied
        fact = suggestion.fact
        present = value_now(fact, suggestion.field) if fact else ""
        context = {
            **self.admin_site.each_context(request),
            "title": suggestion.title,
            "opts": self.opts,
            "suggestion": suggestion,
            "fact": fact,
            "present": present,
            "changed": present != suggestion.value,
            "waits": suggestion.state == Suggestion.State.WAITING,
            "may_decide": publishes(request),
            "form_address": fact and f"{fact.get_admin_url()}?{urlencode({'suggestion': suggestion.pk})}",
            "others": fact and Suggestion.objects.waiting().about(fact).exclude(pk=suggestion.pk),
            "may_delete": self.has_delete_permission(request, suggestion),
        }
        return TemplateResponse(request, "admin/alliances/suggestion.html", context)

    @method_decorator(require_POST)
    def decide_view(self, request, number):
        """Decline it, or accept it without a change because the fact is already right; with a reason for colleagues."""
        editors_only(request)
        back = redirect(reverse("admin:alliances_suggestion_change", args=[number]))
        state = DECISIONS.get(request.POST.get("decision"))
        answer = posted_text(request.POST, "answer")
        if state is None:
            self.message_user(request, "Nothing was decided: decline it, or accept it.", messages.ERROR)
        elif not answer:
            self.message_user(request, "Nothing was decided: tell your colleagues why.", messages.ERROR)
        elif Suggestion.objects.filter(pk=number).decide(state, request.user, answer):
            self.message_user(request, f"The suggestion is {state.label.lower()}.", messages.SUCCESS)
            return redirect(reverse("admin:alliances_suggestion_changelist") + "?state__exact=waiting")
        else:
            self.message_user(request, "Somebody decided on it before you.", messages.WARNING)
        return back
