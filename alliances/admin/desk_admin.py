"""A list and a form of the desk, and in which order a form is answered."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpResponseRedirect, QueryDict

from alliances.admin.confirmation.rename import WithTools
from alliances.admin.conflicts.guard import EditConflictGuard, FormPage, check_conflicts, key_of
from alliances.admin.conflicts.list_guard import VersionedChangeList, stale_rows_message
from alliances.admin.drafts import drafting
from alliances.middleware import take_back_messages
from alliances.models.changeset import annotate, enforce_sourcing, serialize_writers
from alliances.models.sourcing import Unsourced
from alliances.queries.fields import MAX_Q, refuse_many_words

from .after_save import say_what_next
from .deletion import delete_selected, protected_message, reason_given
from .forms import DeskForm
from .inlines import FactInline
from .panels import Panels
from .permissions import proposes, publishes
from .posted_text import posted_text
from .revisions import RevisionsMixin
from .rows import Rows
from .search_boxes import SearchBoxes
from .spreadsheets import Sheets
from .submission import Mode, Submission


class DeskAdmin(WithTools, Panels, RevisionsMixin, SearchBoxes, Sheets):
    """A list and a form of the desk.

    Its bases bring pages and helpers of their own. What several of them contribute to (the form, the response, the
    addresses) is put together here, so their order does not matter.
    """

    actions = [delete_selected]

    form = DeskForm
    empty_value_display = "—"
    list_per_page = 100
    # Only shows the box: what it finds is the QuerySet's `search`, the same as on the public pages.
    search_fields = ("pk",)
    search_help_text = "Names and texts in any language and script, with or without accents."

    class Media:
        css = {"all": ["alliances/admin.css"]}
        js = ["alliances/admin.js", "alliances/desk.js"]

    def get_urls(self):
        return [*self.tool_urls(), *self.revision_urls(), *super().get_urls()]

    # Who may do what.

    @property
    def takes_drafts(self):
        """Whether its facts can be proposed: waivers are no facts."""
        return hasattr(self.model, "KIND")

    def has_add_permission(self, request):
        return super().has_add_permission(request) or (self.takes_drafts and proposes(request))

    def has_change_permission(self, request, obj=None):
        """Contributors may change a fact within its form, where it stays a proposal, and nowhere else."""
        return super().has_change_permission(request, obj) or Submission.of(request).proposes

    def has_publish_permission(self, request, obj=None):
        """Tell whether the user may change facts here and now."""
        return publishes(request) and super().has_change_permission(request, obj)

    def fact_or_refuse(self, request, object_id, allowed):
        """Return the fact of an address of the desk; 404 if it is gone, 403 if the user may not."""
        fact = self.get_object(request, object_id)
        if fact is None:
            raise Http404("There is no such fact any more.")
        if not allowed(request, fact):
            raise PermissionDenied
        return fact

    # The form: opened, then saved, tried out or only shown.

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Open the form of a fact or of a draft; keep what was posted as a draft, or save it."""
        request.desk = drafting.new_submission(self, request)
        drafting.open_draft(self, request, object_id)
        if request.method == "POST" and drafting.wants_draft(self, request):
            return drafting.keep_draft(self, request, object_id, form_url, extra_context)
        if request.method == "GET" and request.desk.draft:
            request = drafting.shown_draft(self, request)
        return self.submit(request, object_id, form_url, extra_context)

    def submit(self, request, object_id, form_url="", extra_context=None):
        """Answer a form that has a Submission (`request.desk`): look for conflicts, save it, explain what was refused.

        If only the database or the rule of sources refuses it, everything written is rolled back, and the form is shown
        as it was typed, with the refusal.
        """
        desk, page = request.desk, FormPage(object_id, form_url, {**(extra_context or {})})
        stores = request.method == "POST" and desk.mode is not Mode.SHOW
        if stores:
            serialize_writers()  # Before the page is compared with what is stored, and judged beside it.
        answer = check_conflicts(self, request, page)
        if answer is not None:
            return answer
        if not stores:
            return self._form_response(request, page)
        annotate(reason=posted_text(request.POST, "change_reason"))
        try:
            with transaction.atomic():
                response = self._form_response(request, page)
                if desk.mode is Mode.SAVE:
                    enforce_sourcing(desk.reasons_without_source(request.POST))
                    drafting.close_draft(request)
            return response
        except Unsourced as error:
            desk.refuse(error.message, error.facts)
        except models.ProtectedError as error:
            desk.refuse(protected_message(error))
        except IntegrityError:
            desk.refuse(
                "The database refused this, and nothing was stored: two things on this page, or one of them and "
                "something stored meanwhile, cannot stand together. Change one at a time."
            )
        take_back_messages(request)
        return self._form_response(request, page)

    def _form_response(self, request, page):
        """Let Django read, judge and store the form, or show it."""
        return super().changeform_view(request, page.object_id, page.form_url, page.context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.desk = Submission.of(request)
        form.prefill = self.suggested_values(request, obj, form)
        form.has_rows = any(issubclass(inline, FactInline) for inline in self.get_inlines(request, obj))
        return form

    def get_inline_formsets(self, *args, **kwargs):
        return [Rows.of(made) for made in super().get_inline_formsets(*args, **kwargs)]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context |= drafting.draft_context(self, request, obj)
        context |= self.tool_context(request, obj)
        self.add_panels(request, context, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def response_add(self, request, obj, *args, **kwargs):
        return self._saved_response(request, obj, super().response_add, *args, **kwargs)

    def response_change(self, request, obj, *args, **kwargs):
        return self._saved_response(request, obj, super().response_change, *args, **kwargs)

    def _saved_response(self, request, fact, respond, *args, **kwargs):
        """Report the result of an accepted form, unless it is only tried out."""
        request.desk.saved = fact
        stored = request.desk.mode is Mode.SAVE
        if stored:
            self.accept_suggestion(request, fact)
        response = respond(request, fact, *args, **kwargs)
        if stored and "_popup" not in request.POST:
            say_what_next(request, fact)
        return response

    # The question before a deletion, and the list.

    def delete_view(self, request, object_id, extra_context=None):
        """Delete a fact, with a reason, unless somebody changed it since the question was asked; then ask again."""
        extra = {**(extra_context or {}), "typed": request.POST}
        key = key_of(object_id)
        if request.method == "POST" and not reason_given(self, request):
            request.POST = QueryDict()
        if key is not None:
            guard = EditConflictGuard(self, request, key)
            if request.method == "POST" and self.has_delete_permission(request) and self.get_object(request, object_id):
                entries = guard.changes_since(extra["typed"].get("seen", ""))
                if entries != []:
                    request.POST = QueryDict()
                    extra |= {"stale_entries": entries, "unreadable": entries is None}
            extra["seen"] = guard.snapshot()
        return super().delete_view(request, object_id, extra)

    def get_changelist(self, request, **kwargs):
        return VersionedChangeList

    def get_search_results(self, request, queryset, search_term):
        if not self.search_fields:
            return queryset, False
        words = search_term.replace("\x00", "")[:MAX_Q]
        completing = request.resolver_match.url_name == "autocomplete"
        try:
            refuse_many_words(words)
        except ValidationError as error:
            if not completing:
                self.message_user(request, error.message, messages.WARNING)
            return queryset.none(), False
        if words and completing:
            # The exact acronym or code first, as in the public search: “un” is the United Nations.
            return queryset.ranked(words, *self.get_ordering(request)), False
        return queryset.search(words), False

    def response_action(self, request, queryset):
        """Refuse the whole action if somebody has changed one of its rows since the list was opened.

        An action that only reads (`only_reads`, an export) may read them as they are now.
        """
        known = self.get_actions(request)
        chosen = [known[name][0] for name in request.POST.getlist("action") if name in known]
        only_reads = bool(chosen) and all(getattr(action, "only_reads", False) for action in chosen)
        if not only_reads and (problem := stale_rows_message(self, request, queryset)):
            self.message_user(request, problem, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)
