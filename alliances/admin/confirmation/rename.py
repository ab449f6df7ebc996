"""A thing gets another public address; and the changes that begin at a form, of which this is one."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import path, reverse

from alliances.editing import rename
from alliances.models import State
from alliances.models.old_address import Addressed

from .base import ConfirmedChange, ConfirmedChangeForm


class RenameForm(ConfirmedChangeForm):
    """The new address, and why."""

    to = forms.CharField(max_length=120, label="New address")
    field_order = ["to", "reason"]


class Rename(ConfirmedChange):
    """Give a thing another public address; the old one leads there for ever."""

    form_class = RenameForm
    confirm = "Rename it"

    def begin(self, object_id):
        self.thing = self.model_admin.get_object(self.request, object_id)
        if self.thing is None:
            raise Http404("There is no such thing any more.")
        self.back = reverse(f"admin:alliances_{self.model_admin.opts.model_name}_change", args=[self.thing.pk])
        self.public = self.thing.get_absolute_url()

    def initial(self):
        return {"to": self.thing.address}

    def work(self, form):
        thing = self.model_admin.model.objects.get(pk=self.thing.pk)
        try:
            rename.rename(thing, form.cleaned_data["to"])
        except ValidationError as error:
            raise ValidationError({"to": error.messages}) from error
        return thing

    def context(self, form, outcome):
        intro = [f"It is {self.public} now."]
        if former := rename.former(self.thing):
            intro.append(f"It was called {', '.join(former)} before; these keep leading to it.")
        if isinstance(self.thing, State):
            intro.append("The code is given by ISO 3166: change it only to correct it, or when ISO does.")
        if outcome:
            intro.append(f"{self.public} will answer with 301 to {outcome.value.get_absolute_url()}, for ever.")
        return {"title": f"Rename {self.thing}", "intro": intro, "back": self.back}

    def finish(self, outcome):
        return self.back


class WithTools:
    """Confirmed changes that begin at the form of one thing: `tools` maps a word of the address to label and view."""

    def tools(self):
        """Return {word: (label, view)}."""
        return {"rename": ("Rename…", Rename)} if issubclass(self.model, Addressed) else {}

    def tool_urls(self):
        """Return the addresses of the tools."""
        return [
            path(
                f"<path:object_id>/{word}/",
                self.admin_site.admin_view(view.as_view(model_admin=self)),
                name=f"alliances_{self.opts.model_name}_{word}",
            )
            for word, (_, view) in self.tools().items()
        ]

    def tool_context(self, request, fact):
        """Return the links to the tools, for the form of a fact."""
        if not (fact and self.has_publish_permission(request, fact)):
            return {}
        links = [
            (label, reverse(f"admin:alliances_{self.opts.model_name}_{word}", args=[fact.pk]))
            for word, (label, _) in self.tools().items()
        ]
        return {"careful_tools": links}
