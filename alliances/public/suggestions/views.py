"""Suggestions from readers: “Suggest a correction” beside each fact, the form behind it, and what protects it.

No account and no third party: a honeypot that only bots fill in, a form that nobody can fill in within seconds, limits
on suggestions per hour from one address and on the length of a text. Suggestions wait on the desk (`Suggestion`).
"""

from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from alliances.models import kinds
from alliances.models.citation import FACTS
from alliances.models.suggestion_count import HOUR
from alliances.public.errors import bad_request
from alliances.public.views.base import lead_on
from alliances.publishing.footnotes import Footnotes
from alliances.queries import params
from alliances.text import number

from .form import TRAP, SuggestionForm, values
from .throttle import refusal


def suggestible():
    """Return the kinds that readers can suggest corrections of: all facts, and sources."""
    return {*FACTS, "source"}


def find(kind, key):
    """Return the fact with this kind and key. Raise Http404 if there is none."""
    if kind not in suggestible():
        raise Http404(f"There is no kind of fact called {kind}.")
    model = kinds.named(kind).model
    name = getattr(model, "address_field", "pk")
    if name == "pk" and number(key) is None:
        raise Http404("There is no such fact.")
    fact = model.objects.filter(**{name: key.upper() if name == "iso3" else key}).first()
    if fact is None:
        raise Http404("There is no such fact.")
    return fact


class SuggestionQuery(params.PageQuery):
    """The query of the form: only the date on view, which its links keep."""

    other = ()


@method_decorator(never_cache, name="dispatch")
class Suggest(View):
    """The form, beside the fact with its sources. What is valid is saved; the rest comes back with messages."""

    def dispatch(self, request, kind, key):
        query = SuggestionQuery(request.GET)
        parsed = query.parsed
        if parsed.problems:
            asked = request.method in {"GET", "HEAD"} and lead_on(request, query, parsed.problems)
            return asked or bad_request(request, problems=parsed.problems, suggestions=query.suggestions)
        self.on, self.fact = parsed.on, find(kind, key)
        response = super().dispatch(request, kind, key)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request, kind, key):
        return self.show(SuggestionForm(self.fact))

    def post(self, request, kind, key):
        form = SuggestionForm(self.fact, request.POST)
        if not form.is_valid():
            return self.show(form, 400)
        if why := refusal(request):
            form.add_error(None, why)
            response = self.show(form, 429)
            response.headers["Retry-After"] = str(int(HOUR.total_seconds()))
            return response
        form.save_suggestion()
        query = f"?on={self.on.text}" if self.on.given else ""
        return redirect(reverse("suggest-thanks", args=[kind, key]) + query)

    def show(self, form, status=200):
        """Answer with the fact and the form."""
        citable = self.fact.KIND.code in FACTS
        context = {
            "on": self.on,
            "path": self.request.path,
            "fact": self.fact,
            "values": [(label, value) for _, label, value in values(self.fact) if value],
            "citable": citable,
            "notes": Footnotes([self.fact] if citable else []),
            "form": form,
            "trap": TRAP,
            "desk": self.desk(),
        }
        return TemplateResponse(self.request, "alliances/suggest.html", context, status=status)

    def desk(self):
        """Return the address of the fact on the desk for those who may view it there, else None."""
        user = self.request.user
        allowed = user.is_staff and user.has_perm(f"alliances.view_{self.fact._meta.model_name}")
        return self.fact.get_admin_url() if allowed else None


class Thanks(Suggest):
    """Confirms that a suggestion was saved, and says what happens next."""

    http_method_names = ["get", "head"]

    def get(self, request, kind, key):
        context = {"on": self.on, "path": request.path, "fact": self.fact}
        return TemplateResponse(request, "alliances/suggest_thanks.html", context)
