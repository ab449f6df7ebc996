"""Public addresses: the slugs, codes and keys that name things, and those that named them before."""

import re

from django.core.exceptions import ValidationError
from django.db import models

from .fact_reference import FactReference, FactReferenceQuerySet
from .versioning import versions_of

# What can be an address at all; and how many of them one question is answered for.
_CODE = re.compile(r"[-\w]{1,120}", re.ASCII)
_MOST = 50


class OldAddressQuerySet(FactReferenceQuerySet):
    """Verbs of old addresses."""

    def of_kind(self, model):
        """Keep those of one kind of thing."""
        return self.filter(kind=model.KIND.code)

    def lead_to(self, thing):
        """Let them lead to another thing of their kind from now on."""
        return self.update(key=thing.pk)

    lead_to.alters_data = True


class OldAddress(FactReference):
    """A slug, code or key under which a thing was public once: it answers with 301 to where that is now, for ever.

    It names the thing by its key, so whatever the thing is called next, the way there is one step. It belongs to
    the thing for as long as that is not called so again; nothing else may be called so (`Addressed`).
    """

    slug = models.CharField(max_length=120, editable=False)

    objects = OldAddressQuerySet.as_manager()

    class Meta(FactReference.Meta):
        abstract = False
        verbose_name = "old address"
        verbose_name_plural = "old addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message="This address led to something else once, and still does.",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.slug}"

    def give_back(self, thing):
        """Go, for a thing is called so: the one that was, or one that was merged into it and is brought back.

        Any other may not be, unless what the address led to is deleted.
        """
        was_so = versions_of(type(thing)).objects.filter(id=thing.pk, **{thing.address_field: self.slug})
        if self.key != thing.pk and self.fact and not was_so.exists():
            raise AddressTaken(self.slug, self.fact)
        self.delete()


class AddressTaken(ValidationError):
    """A thing would be called what another was called once, whose old address still leads there."""

    def __init__(self, slug, thing):
        super().__init__(
            f"“{slug}” is an old address of “{thing}”, and leads there for ever. Choose another one.",
            code="old_address",
        )


class Addressed(models.Model):
    """A thing with a public address: `address_field` names its identity there.

    Addresses are promises: whatever write changes one, a form, an import, a restored version or `update()`, leaves the
    old one behind as an `OldAddress`; and no write gives one thing what is the old address of another.
    """

    address_field = "slug"

    class Meta:
        abstract = True

    @property
    def address(self):
        """Its identity, as codes, files and filters name it."""
        return getattr(self, self.address_field)

    def validate_unique(self, exclude=None):
        """Explain, beside the field, that an old address of another thing is not free."""
        super().validate_unique(exclude)
        if self.address_field not in (exclude or ()):
            for old in OldAddress.objects.of_kind(type(self)).filter(slug=self.address).exclude(key=self.pk):
                if thing := old.fact:
                    raise ValidationError({self.address_field: AddressTaken(self.address, thing)})

    @classmethod
    def follow(cls, facts, last, using=None):
        """Keep what things were called before, and free what they are called now of leading elsewhere."""
        called = {}
        for fact in facts:
            before = getattr(last.get(fact.pk), cls.address_field, None)
            if before != fact.address:
                called[fact.address] = fact
                if before is not None:
                    row = {"kind": cls.KIND.code, "slug": before}
                    OldAddress.objects.using(using).get_or_create(**row, defaults={"key": fact.pk})
        slugs = list(called)
        for start in range(0, len(slugs), 500):  # SQLite takes a limited number of parameters.
            old = OldAddress.objects.using(using).of_kind(cls).filter(slug__in=slugs[start : start + 500])
            for each in old:
                each.give_back(called[each.slug])


# Everything with a page of its own.


def present(model, codes):
    """Map old addresses among these codes to what the thing is called now; what leads nowhere is left out."""
    codes = [code for code in codes if _CODE.fullmatch(code)][:_MOST]
    if not codes:
        return {}
    keys = dict(OldAddress.objects.of_kind(model).filter(slug__in=codes).values_list("slug", "key"))
    called = dict(model.objects.filter(pk__in=keys.values()).values_list("pk", model.address_field)) if keys else {}
    return {slug: called[key] for slug, key in keys.items() if key in called}
