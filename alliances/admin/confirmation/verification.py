"""Many facts are verified at once."""

from django.urls import reverse

from .base import ConfirmedChangeForm
from .bulk import ConfirmedBulkChange


class VerifyForm(ConfirmedChangeForm):
    """An empty form: verification changes no fact."""

    reason = None


class VerifyMany(ConfirmedBulkChange):
    """Record that the chosen facts were checked today and are right as they are."""

    form_class = VerifyForm
    confirm = "All these are right: verified today"
    needs_reason = False

    def form(self, data=None):
        """Return the empty form as if it was sent: the preview is shown at once."""
        return VerifyForm(data if data is not None else {})

    def page(self, form, outcome=None):
        if outcome is None and form.is_valid():
            outcome = self.attempt(form)
        return super().page(form, outcome)

    def work(self, form):
        return self.facts.verify()

    def url(self):
        return reverse(f"admin:alliances_{self.model_admin.opts.model_name}_verify_many")

    def context(self, form, outcome):
        context = super().context(form, outcome)
        context["title"] = f"Verify {len(self.found)} {self.model_admin.opts.verbose_name_plural}"
        context["intro"].append("Only what you checked against its sources today, and found right as it stands here.")
        return context
