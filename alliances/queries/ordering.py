"""How rows are sorted: names as people sort them, codes alike on every database."""

from django.db.models import CharField, F, Func, TextField
from django.db.models.functions import Lower


class CodePoints(Func):
    """A column, compared by code points where it is text.

    SQLite compares so by itself; PostgreSQL would ask the locale of its cluster. Names are sorted by the column
    `folded`, which has that order on both.
    """

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler, connection, **context):
        if isinstance(self.output_field, CharField | TextField):
            context["template"] = '%(expressions)s COLLATE "C"'
        return self.as_sql(compiler, connection, **context)


def ignoring_case(column):
    """Return the expression by which a text that has no folded column is sorted."""
    return Lower(CodePoints(column))


def ordered(queryset, columns, reverse=False):
    """Sort rows by columns, names or expressions; a minus before a name reverses it. Rows that are equal go by key."""
    order = []
    for column in columns:
        backward = isinstance(column, str) and column.startswith("-")
        expression = CodePoints(F(column.removeprefix("-")) if isinstance(column, str) else column)
        order.append(expression.desc() if backward != reverse else expression.asc())
    return queryset.order_by(*order, "pk")
