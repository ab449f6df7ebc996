"""Public addresses: the slugs, codes and keys that identify things in URLs, and those that did before."""

import re

from django.core.exceptions import ValidationError
from django.db import models

from .batches import batches
from .fact_reference import FactReference, FactReferenceQuerySet
from .moved_reference import note_move
from .versioning import versions_of

# What can be an address at all, and how many codes of one query are looked up.
_CODE = re.compile(r"[-\w]{1,120}", re.ASCII)
_MOST = 50


class OldAddressQuerySet(FactReferenceQuerySet):
    """Verbs of old addresses."""

    def of_kind(self, model):
        """Keep those of one kind of thing."""
        return self.filter(kind=model.KIND.code)


class OldAddress(FactReference):
    """A slug, code or key under which a thing was once public. It redirects (301) to the present address for ever.

    It refers to the thing by primary key, so one redirect suffices however often the thing is renamed. It is removed
    when the thing takes the address back; no other thing may take it (`Addressed`).
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
                violation_error_message="This is an old address of something else, which it still leads to.",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.slug}"

    def give_back(self, thing):
        """Remove this old address because `thing` takes it.

        Raise AddressTaken unless the thing had this address before, or what the address led to is deleted.
        """
        was_so = versions_of(type(thing)).objects.filter(id=thing.pk, **{thing.address_field: self.slug})
        if self.key != thing.pk and self.fact and not was_so.exists():
            raise AddressTaken(self.slug, self.fact)
        note_move(self, self.key, None)
        self.delete()


class AddressTaken(ValidationError):
    """An address is refused because it is the old address of another thing."""

    def __init__(self, slug, thing):
        super().__init__(
            f"“{slug}” is an old address of “{thing}” and leads there for ever. Choose another one.",
            code="old_address",
        )


class Addressed(models.Model):
    """A thing with a public address: `address_field` names its identity there.

    Addresses are promises. Whatever changes one (a form, an import, a restored version, `update()`) leaves the old one
    behind as an `OldAddress`, and no write may take the old address of another thing.
    """

    address_field = "slug"

    class Meta:
        abstract = True

    @property
    def address(self):
        """Its public identity, as URLs, files and filters use it."""
        return getattr(self, self.address_field)

    def validate_unique(self, exclude=None):
        """Raise ValidationError on the field if the address is an old address of another thing."""
        super().validate_unique(exclude)
        if self.address_field not in (exclude or ()):
            for old in OldAddress.objects.of_kind(type(self)).filter(slug=self.address).exclude(key=self.pk):
                if thing := old.fact:
                    raise ValidationError({self.address_field: AddressTaken(self.address, thing)})

    @classmethod
    def follow(cls, facts, last, using=None):
        """Keep the addresses that things had before, and remove old addresses that they take."""
        called = {}
        for fact in facts:
            before = getattr(last.get(fact.pk), cls.address_field, None)
            if before != fact.address:
                called[fact.address] = fact
                if before is not None:
                    row = {"kind": cls.KIND.code, "slug": before}
                    OldAddress.objects.using(using).get_or_create(**row, defaults={"key": fact.pk})
        for slugs in batches(called):
            for old in OldAddress.objects.using(using).of_kind(cls).filter(slug__in=slugs):
                old.give_back(called[old.slug])


# Everything with a page of its own.


def present(model, codes):
    """Map the old addresses among these codes to the present ones; unknown codes are left out."""
    codes = [code for code in codes if _CODE.fullmatch(code)][:_MOST]
    if not codes:
        return {}
    keys = dict(OldAddress.objects.of_kind(model).filter(slug__in=codes).values_list("slug", "key"))
    called = dict(model.objects.filter(pk__in=keys.values()).values_list("pk", model.address_field)) if keys else {}
    return {slug: called[key] for slug, key in keys.items() if key in called}
