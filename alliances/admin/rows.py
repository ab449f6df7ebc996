"""The rows of a form: how they are checked together, and what templates/desk/rows.html writes of them."""

from collections import defaultdict

from django import forms
from django.contrib.admin import helpers
from django.db.models import UniqueConstraint
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

from .posted_text import posted_text


class RowFormSet(forms.BaseInlineFormSet):
    """Rows on the form of what they belong to, checked against each other as they will be saved.

    In inlines Django does not check constraints that name the parent (the database would answer with an error 500),
    and checks the others against the stored rows, so that no editor could end one spell and begin the next.

    A form has the rows that are stored and MOST_NEW_ROWS more: Django makes a form for each row that a request claims,
    and 2,000 took half a minute, in which nobody else could save.
    """

    MOST_NEW_ROWS = 100
    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": f"Add at most {MOST_NEW_ROWS} rows at once: save these, then add more.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.max_num = self.absolute_max = len(self.get_queryset()) + self.MOST_NEW_ROWS

    def _construct_form(self, i, **kwargs):
        # Rows that nobody touched are not checked again: 203 of them would cost thousands of queries.
        form = super()._construct_form(i, empty_permitted=True, **kwargs)
        # Django gives a row only the key of its parent; the row would fetch the rest.
        self.fk.set_cached_value(form.instance, self.instance)
        return form

    @cached_property
    def empty_form(self):
        """The row that a script copies to add one. Django makes it anew each time that it is asked for."""
        return super().empty_form

    def add_fields(self, form, index):
        """Label each field for screen readers: Django puts the labels only into the head of the table."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            label = field.label or form.instance._meta.get_field(name).verbose_name
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", str(label).capitalize())

    def clean(self):
        """Refuse the form if a row is gone: Django would hide the error, or drop what was typed in the row."""
        super().clean()
        key = self.model._meta.pk.name
        if any(str(form.instance.pk) != form.data.get(form.add_prefix(key)) for form in self.initial_forms):
            raise forms.ValidationError(
                "Somebody deleted or moved one of these rows since you opened this page, and nothing was stored. "
                "Copy what you typed, reload the page, and type it again."
            )
        changed = any(form.corrects or self._should_delete_form(form) for form in self.initial_forms)
        if changed and not posted_text(self.data, "change_reason"):
            raise forms.ValidationError(
                "You change rows that were stored: say why, in “Reason for the change” at the end of this page."
            )

    def kept(self):
        """Return the forms without errors whose facts will exist after saving."""
        kept = [form for form in self.forms if not form.errors and not self._should_delete_form(form)]
        return [form for form in kept if form.has_changed() or not form.instance._state.adding]

    def validate_unique(self):
        """Refuse rows that break a unique constraint among themselves."""
        for names, equal, message in self._unique_rules():
            groups = defaultdict(list)
            for form in self.kept():
                key = tuple(getattr(form.instance, name) for name in names)
                if None not in key and all(getattr(form.instance, name) == value for name, value in equal):
                    groups[key].append(form)
            for twins in groups.values():
                changed = [form for form in twins if form.has_changed() and not form.errors]
                if len(twins) > 1 and changed:
                    changed[-1].add_error(None, message)

    def _unique_rules(self):
        """Yield the columns that must differ, where which others have which values, and the sentence for the editor.

        The parent is left out: it is the same in all rows, and has no key yet on the page that adds it.
        """
        fields = self.model._meta
        for constraint in fields.constraints:
            if isinstance(constraint, UniqueConstraint):
                names = [fields.get_field(name).attname for name in constraint.fields if name != self.fk.name]
                # Conditions are plain values (left=""), or that a column is filled, which the key sees to.
                children = constraint.condition.children if constraint.condition else []
                equal = [(name, value) for name, value in children if "__" not in name]
                yield names, equal, constraint.violation_error_message
        for field in fields.fields:
            if field.unique and not field.primary_key:
                yield [field.attname], [], f"Another row here has the same {field.verbose_name}."

    def saving_order(self, form):
        """Return the sort key of a row for saving: rows that are deleted come first."""
        return not self._should_delete_form(form)

    def save(self, commit=True):
        number = self.initial_form_count()
        self.forms[:number] = sorted(self.forms[:number], key=self.saving_order)
        return super().save(commit)


class Rows(helpers.InlineAdminFormSet):
    """Django's wrapper of the rows of an inline, without what it does once more for each row.

    The form of the United Nations has 208 rows. Django asks each of them for its scripts, and each box for its line.
    """

    @classmethod
    def of(cls, made):
        """Return the rows that Django has made, with the permissions that it found."""
        return cls(
            made.opts,
            made.formset,
            made.fieldsets,
            made.prepopulated_fields,
            made.readonly_fields,
            made.model_admin,
            made.has_add_permission,
            made.has_change_permission,
            made.has_delete_permission,
            made.has_view_permission,
        )

    @property
    def media(self):
        """The scripts and styles of the inline and of one row: its other rows have the same."""
        return self.opts.media + self.formset.media

    @property
    def heading(self):
        return capfirst(self.opts.verbose_name_plural)

    @cached_property
    def columns(self):
        """The heads of the table."""
        return list(self.fields())

    @cached_property
    def changes_rows(self):
        """Whether each row leads to the page of its fact."""
        return self.opts.show_change_link and self.opts.has_registered_model

    def cells(self, row):
        """Yield the boxes of a row; where nothing may be typed, None and what Django shows there."""
        for name in (column["name"] for column in self.columns):
            if name in row.readonly_fields:
                yield None, helpers.AdminReadonlyField(row.form, name, is_first=True, model_admin=self.opts)
            else:
                yield row.form[name], None

    def render(self, *, last):
        """Return the HTML of all rows; `last`: no others follow on the form."""
        html = render_to_string("desk/rows.html", {"inline": self, "last": last}, using="jinja2")
        return mark_safe(html)  # noqa: S308  Jinja2 escapes what is not safe.
