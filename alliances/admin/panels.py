"""Panels above the form of a fact: notes to colleagues, and a suggestion from a reader."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey

from alliances.models import Remark, Suggestion
from alliances.models.changeset import current_change_set
from alliances.public.suggestions.form import value_now
from alliances.text import number

from .permissions import publishes, reads_suggestions


def proposed(form_field, field, text):
    """Return the initial value of a form field for a reader's text; None if the field would refuse it."""
    if isinstance(field, ForeignKey):
        found = field.related_model.objects.guess(text)
        return found[0].pk if len(found) == 1 else None
    codes = {str(word).casefold(): code for code, label in field.flatchoices for word in (label, code)}
    text = codes.get(text.casefold(), text)
    try:
        form_field.clean(text)
    except ValidationError:
        return None
    return text


class Panels:
    """A form of the desk with the notes about its fact and, for `?suggestion=12`, what a reader suggests filled in.

    The suggestion is accepted when a change is saved from that form. The form carries the number of the suggestion, so
    a draft made from it does, too.
    """

    def suggestion(self, request, fact):
        """Return the waiting suggestion about this fact that the form was opened for; else None.

        Who may not read suggestions sees the form without it.
        """
        key = number(request.POST.get("suggestion") or request.GET.get("suggestion"))
        if key is None or fact is None or not hasattr(self.model, "KIND") or not reads_suggestions(request):
            return None
        return Suggestion.objects.waiting().about(fact).filter(pk=key).first()

    def suggested_values(self, request, obj, form):
        """Return what the suggestion fills in, as {name of a field of the form: value}."""
        if request.method == "GET" and "suggestion" in request.GET:
            suggestion = self.suggestion(request, obj)
            if suggestion and suggestion.field in form.base_fields:
                field = self.opts.get_field(suggestion.field)
                value = proposed(form.base_fields[suggestion.field], field, suggestion.right)
                if value is not None:
                    return {suggestion.field: value}
        return {}

    def add_panels(self, request, context, obj):
        """Add to the context of a form what stands beside it."""
        if obj and hasattr(self.model, "KIND") and not context.get("is_popup"):
            context["kind"] = obj.KIND.code
            context["remarks"] = list(Remark.objects.about(obj).select_related("author"))
            context["open_remarks"] = sum(not each.done for each in context["remarks"])
            context["may_remark"] = request.user.has_perm("alliances.add_remark")
            context["may_mark"] = request.user.has_perm("alliances.change_remark")
            context["suggestion"] = suggestion = self.suggestion(request, obj)
            if suggestion:
                context["present"] = value_now(obj, suggestion.field)
                context["part"] = suggestion.part
                context["filled_in"] = suggestion.field in context["adminform"].form.prefill
            elif "suggestion" in request.GET and request.method == "GET" and reads_suggestions(request):
                self.message_user(
                    request, "That suggestion is already decided, or about something else.", messages.WARNING
                )

    def accept_suggestion(self, request, obj):
        """Accept the suggestion that a saved form carries, if the form changed something."""
        suggestion = self.suggestion(request, obj)
        if suggestion and publishes(request):
            if current_change_set() is None:
                self.message_user(request, "Nothing was changed, so the suggestion still waits.", messages.WARNING)
            elif Suggestion.objects.filter(pk=suggestion.pk).decide(Suggestion.State.ACCEPTED, request.user):
                self.message_user(request, "The reader’s suggestion is accepted.", messages.SUCCESS)
