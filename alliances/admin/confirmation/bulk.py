"""Changes of many facts at once, which were chosen in a list."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from alliances.text import number

from .base import MOST, ConfirmedChange


class ConfirmedBulkChange(ConfirmedChange):
    """A confirmed change of facts that were chosen in a list. The form names them, so it can be sent again."""

    chosen = None

    def begin(self, **address):
        """Find what was chosen: an action passes the keys, or the form sends them back."""
        sent = {number(text): None for text in self.request.POST.getlist("chosen") if number(text) is not None}
        keys = list(sent) if self.chosen is None else self.chosen
        if len(keys) > MOST:
            return self.away(f"Choose at most {MOST:,} at once: you chose {len(keys):,}.")
        self.facts = self.model_admin.model.objects.filter(pk__in=keys)
        self.found = list(self.facts.values_list("pk", flat=True))
        self.gone = len(keys) - len(self.found)
        if not self.found:
            return self.away("Choose some in this list first, then the action.")

    def is_sent(self):
        return self.chosen is None and super().is_sent()

    def away(self, message):
        """Go back to the list, and say why."""
        messages.warning(self.request, message)
        return HttpResponseRedirect(self.list_url())

    def list_url(self):
        """The address of the list."""
        return reverse(f"admin:{self.model_admin.opts.label_lower.replace('.', '_')}_changelist")

    def context(self, form, outcome):
        intro = (
            [f"{self.gone} of those that you chose {'was' if self.gone == 1 else 'were'} deleted meanwhile."]
            if self.gone
            else []
        )
        hidden = [("chosen", key) for key in self.found]
        return {"hidden": hidden, "back": self.list_url(), "intro": intro, "action": self.url()}

    def url(self):
        """The address of this page."""
        raise NotImplementedError

    def finish(self, outcome):
        return self.list_url()


def opening(view, model_admin, request, queryset):
    """Open the page of a confirmed change from an action, with what was chosen."""
    keys = list(queryset.order_by().values_list("pk", flat=True)[: MOST + 1])
    return view.as_view(model_admin=model_admin, chosen=keys)(request)
