"""What stands beside the form of a fact: notes to colleagues, and what a reader suggests about it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey

from alliances.models import Remark, Suggestion
from alliances.models.changeset import current_change_set
from alliances.public.suggestions.form import value_now
from alliances.text import number

from .permissions import publishes


def proposed(form_field, field, text):
    """Return what a form field would show for a reader's text; None where the field would not take it."""
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
    """A form of the desk that shows the notes about its fact, and takes up a reader's suggestion.

    `?suggestion=12` fills in what the reader proposes. The suggestion is accepted when something is stored from that
    form; the form carries its number along, so that a draft made of it does, too.
    """

    def suggestion(self, request, fact):
        """Return the waiting suggestion about this fact that the form was opened for; else None."""
        key = number(request.POST.get("suggestion") or request.GET.get("suggestion"))
        if key is None or fact is None or not hasattr(self.model, "KIND"):
            return None
        return Suggestion.objects.waiting().about(fact).filter(pk=key).first()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if request.method == "GET" and "suggestion" in request.GET and hasattr(form, "prefill"):
            suggestion = self.suggestion(request, obj)
            if suggestion and suggestion.field in form.base_fields:
                field = self.opts.get_field(suggestion.field)
                value = proposed(form.base_fields[suggestion.field], field, suggestion.right)
                if value is not None:
                    form.prefill = {suggestion.field: value}
        return form

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
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
            elif "suggestion" in request.GET and request.method == "GET":
                self.message_user(request, "That suggestion is decided, or about something else.", messages.WARNING)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def response_change(self, request, obj):
        suggestion = self.suggestion(request, obj)
        if suggestion and publishes(request):
            if current_change_set() is None:
                self.message_user(request, "Nothing was changed, so the suggestion still waits.", messages.WARNING)
            elif Suggestion.objects.filter(pk=suggestion.pk).decide(Suggestion.State.ACCEPTED, request.user):
                self.message_user(request, "The reader’s suggestion is accepted.", messages.SUCCESS)
        return super().response_change(request, obj)
