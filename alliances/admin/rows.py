"""The rows of a form as templates/desk/rows.html writes them."""

from django.contrib.admin import helpers
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.text import capfirst


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
        only_one = self.formset.max_num == 1
        return capfirst(self.opts.verbose_name if only_one else self.opts.verbose_name_plural)

    @cached_property
    def columns(self):
        """The heads of the table."""
        return list(self.fields())

    @cached_property
    def changes_rows(self):
        """Whether each row leads to the page of its fact."""
        return self.opts.show_change_link and self.opts.has_registered_model

    @cached_property
    def _pattern(self):
        fact = self.opts.model._meta
        return reverse(f"admin:{fact.app_label}_{fact.model_name}_change", args=["-"])

    def address_of(self, fact):
        """Return the address of a row's fact on the desk."""
        return self._pattern.replace("/-/", f"/{fact.pk}/")

    def cells(self, row):
        """Yield the boxes of a row; where nothing may be typed, None and what Django shows there."""
        for name in (column["name"] for column in self.columns):
            if name in row.readonly_fields:
                yield None, helpers.AdminReadonlyField(row.form, name, is_first=True, model_admin=self.opts)
            else:
                yield row.form[name], None

    def render(self, *, last):
        """Return the HTML of all rows; `last` says whether other rows follow below."""
        html = render_to_string("desk/rows.html", {"inline": self, "last": last}, using="jinja2")
        return mark_safe(html)  # noqa: S308  Jinja2 escapes what is not safe.
