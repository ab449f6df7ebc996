"""Spreadsheets on the desk: export what a list shows, import what a ministry sends, with a preview before anything."""

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from alliances.editing.spreadsheets import exporting, importing, parsing
from alliances.editing.spreadsheets.csv_file import ENCODINGS
from alliances.editing.spreadsheets.import_row import CHANGED, NEW, UNCHANGED
from alliances.editing.spreadsheets.layouts import layout_of, sheet_kind
from alliances.editing.spreadsheets.sheet import Sheet, Unreadable

from .after_save import say_what_next
from .lookups import StrictLookups
from .permissions import editors_only, publishes
from .posted_text import posted_text

# More rows that write than the desk has time for in one request: each takes 3 ms.
MOST = 5_000
# A preview carries its rows in the page, signed and packed; a form may bring back this much.
_MOST_CARRIED = 2_000_000
_SALT = "alliances.sheets"
_A_DAY = 24 * 60 * 60
_SHOWN = 1_000


class UploadForm(forms.Form):
    """The file to preview."""

    file = forms.FileField(
        label="File", help_text="CSV or XLSX. Nothing is stored yet: you see first what it would do."
    )
    encoding = forms.ChoiceField(
        label="Encoding",
        required=False,
        choices=[("", "Detect: UTF-8 or UTF-16"), *ENCODINGS.items()],
        help_text="Only for a CSV that is neither; other encodings cannot be told apart.",
    )


def pack(kind, sheet):
    """Return the rows of a sheet as one signed text, which the page of a preview carries.

    So any process can continue from any preview, and no files pile up. Cost: the rows travel twice more, compressed.
    Raise Unreadable if the text is too long.
    """
    packed = signing.dumps([kind, sheet.header, sheet.rows, sheet.notes], salt=_SALT, compress=True)
    if len(packed) > _MOST_CARRIED:
        raise Unreadable("This file holds more text than a preview can carry. Divide it into several.")
    return packed


def unpack(kind, packed):
    """Return the sheet that `pack` packed; raise Unreadable if it is not such, or older than a day."""
    try:
        packed_kind, header, rows, notes = signing.loads(packed, salt=_SALT, max_age=_A_DAY)
    except signing.BadSignature as error:
        raise Unreadable("This preview is more than a day old, or damaged. Choose the file again.") from error
    if packed_kind != kind:
        raise Unreadable("This preview is of another kind of rows. Choose the file again.")
    return Sheet(header, [tuple(row) for row in rows], notes)


def runs(numbers):
    """Abbreviate ascending numbers: “2–4, 7”."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in found)


class Sheets(StrictLookups):
    """A list of the desk that is exported and imported as a spreadsheet, if its kind has one."""

    @property
    def sheet(self):
        """The name of its sheet, for example "memberships"; None if it has none."""
        return sheet_kind(self.model)

    def get_urls(self):
        if not self.sheet:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("sheet/", wrap(self.sheet_view), name=f"{name}_sheet"),
            path("export/<str:form>/", wrap(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def get_actions(self, request):
        found = super().get_actions(request)
        if self.sheet and not request.GET.get("_popup"):
            for form in exporting.FORMATS:
                name, words = f"export_{form}", f"Export selected {self.opts.verbose_name_plural} as {form.upper()}"
                found[name] = (_export_action(form), name, words)
        return found

    def listed(self, request):
        """Return the facts that the list shows with these filters; None if a filter has an invalid value."""
        try:
            shown = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return None
        return self.model.objects.filter(pk__in=shown.order_by().values("pk"))

    def export_view(self, request, form):
        """Answer with the rows of the list, as it is filtered, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if form not in exporting.FORMATS:
            raise Http404(f"There is no export as {form}.")
        facts = self.listed(request)
        if facts is None:
            return redirect(f"{reverse(f'admin:{self.opts.app_label}_{self.opts.model_name}_changelist')}?e=1")
        return self.export(request, facts, form)

    def export(self, request, facts, form):
        """Answer with these facts as a file."""
        headers = {"Content-Disposition": f'attachment; filename="{exporting.file_name(self.sheet, form)}"'}
        if form == "csv":
            lines = exporting.csv_of(self.sheet, facts)
            return StreamingHttpResponse(lines, content_type=exporting.FORMATS[form], headers=headers)
        try:
            return HttpResponse(
                exporting.xlsx_of(self.sheet, facts), content_type=exporting.FORMATS[form], headers=headers
            )
        except Unreadable as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(self.sheet_url)

    @property
    def sheet_url(self):
        """The address of the page of import and export."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_sheet")

    def sheet_view(self, request):
        """Show the page of import and export; preview a file; import what was previewed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.sheet_page(request, UploadForm())
        editors_only(request)
        if "rows" in request.POST:
            return self.confirmed(request)
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.sheet_page(request, form)
        file = form.cleaned_data["file"]
        try:
            sheet = parsing.read(file, file.name, form.cleaned_data["encoding"])
            result = importing.preview(self.sheet, sheet, limit=MOST)
            return self.preview_page(request, result, pack(self.sheet, sheet))
        except Unreadable as error:
            form.add_error("file", str(error))
            return self.sheet_page(request, form)

    def confirmed(self, request):
        """Import what the editor saw in the preview, or show what it would do by now."""
        form = UploadForm()
        packed, reason = request.POST["rows"], posted_text(request.POST, "reason")
        try:
            sheet = unpack(self.sheet, packed)
            if not reason:
                result = importing.preview(self.sheet, sheet, limit=MOST)
                return self.preview_page(request, result, packed, "Say why: readers see the reason in the history.")
            seen = request.POST.get("fingerprint") or "none"
            result = importing.import_sheet(self.sheet, sheet, reason=reason, agreed=seen, limit=MOST)
        except Unreadable as error:
            form.errors["file"] = form.error_class([str(error)])
            return self.sheet_page(request, form)
        if not result.stored:
            return self.preview_page(request, result, packed, reason=reason)
        said = ", ".join(f"{number} {what}" for what, number in result.counts.items() if number)
        self.message_user(request, f"Imported in one change: {said}.", messages.SUCCESS)
        say_what_next(request)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def sheet_page(self, request, form):
        """Show what can be exported and imported, and which columns there are."""
        facts = self.listed(request) if request.method == "GET" else self.model.objects
        if facts is None:
            return redirect(f"{self.sheet_url}")
        layout = layout_of(self.sheet)
        context = {
            "form": form,
            "number": facts.count(),
            "query": request.GET.urlencode(),
            "exports": [
                (form, reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export", args=[form]))
                for form in exporting.FORMATS
            ],
            "may_import": publishes(request),
            "columns": layout.meanings.items(),
            "identity": layout.identity,
            "most_rows": parsing.MAX_ROWS,
            "most": MOST,
        }
        return self._answer(request, "admin/alliances/sheet.html", context)

    def preview_page(self, request, result, packed, refused="", reason=""):
        """Show row by row what an import would do."""
        moved = [row for row in result.rows if row.status in {NEW, CHANGED}]
        context = {
            "result": result,
            "counts": result.counts.items(),
            "errors": result.errors[:_SHOWN],
            "more_errors": max(0, len(result.errors) - _SHOWN),
            "moved": moved[:_SHOWN],
            "more_moved": max(0, len(moved) - _SHOWN),
            "unchanged": runs([row.number for row in result.rows if row.status == UNCHANGED]),
            "rows": packed,
            "reason": reason,
            "refused": refused,
            "may_confirm": moved and not result.errors,
        }
        return self._answer(request, "admin/alliances/sheet_preview.html", context)

    def _answer(self, request, template, context):
        words = self.opts.verbose_name_plural
        context = {
            **self.admin_site.each_context(request),
            "title": f"Import and export: {words}",
            "opts": self.opts,
            "sheet_url": self.sheet_url,
            "above": [("Import and export", self.sheet_url)],
            **context,
        }
        return TemplateResponse(request, template, context)


def _export_action(form):
    def export_selected(model_admin, request, queryset):
        """Answer with the chosen facts as a file."""
        facts = model_admin.model.objects.filter(pk__in=queryset.order_by().values("pk"))
        return model_admin.export(request, facts, form)

    export_selected.only_reads = True
    return export_selected
