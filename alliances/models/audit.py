"""The audit log: who logged in, or tried to, and what became of second factors."""

from datetime import timedelta

from django.db import models

from alliances import dates


class AuditEntryQuerySet(models.QuerySet):
    """Verbs of the audit log."""

    def record(self, what, account="", *, by="", address=None):
        """Write one entry, and erase addresses that have been kept for long enough.

        `account` is the name of the account concerned; empty where none has the name that was typed, which may be a
        password typed into the wrong box. `by` is the administrator who did it for somebody else.
        """
        self.erase_old_addresses()
        return self.create(made=dates.now(), what=what, account=account, by=by, address=address)

    record.alters_data = True

    def erase_old_addresses(self):
        """Erase the addresses of entries older than `ADDRESS_KEPT`; return how many there were.

        It is called with each entry that is written, bots' failures included, so that no timer is needed.
        """
        old = self.filter(address__isnull=False, made__lt=dates.now() - AuditEntry.ADDRESS_KEPT)
        return old.update(address=None)

    erase_old_addresses.alters_data = True


class AuditEntry(models.Model):
    """One event of logging in. It names accounts as text, so that it outlives them and keeps none from being deleted.

    The address (of IPv6 the network of a household) helps to tell an attack from a slip, and is erased after 90 days.
    """

    class What(models.TextChoices):
        LOGGED_IN = "logged-in", "Logged in"
        FAILED = "failed", "Wrong name or password"
        LOCKED_OUT = "locked-out", "Locked out"
        UNLOCKED = "unlocked", "Unlocked"
        LOGGED_OUT_EVERYWHERE = "logged-out-everywhere", "Logged out everywhere"
        FACTOR_SET_UP = "factor-set-up", "Second factor set up"
        FACTOR_USED = "factor-used", "Second factor used"
        FACTOR_FAILED = "factor-failed", "Wrong code of the second factor"
        FACTOR_REMOVED = "factor-removed", "Second factor removed"
        RECOVERY_CODES = "recovery-codes", "New recovery codes"
        RECOVERY_USED = "recovery-used", "Recovery code used"

    ADDRESS_KEPT = timedelta(days=90)

    made = models.DateTimeField("when", editable=False)
    what = models.CharField(max_length=24, choices=What, editable=False)
    account = models.CharField(max_length=150, blank=True, editable=False)
    by = models.CharField(max_length=150, blank=True, editable=False)
    address = models.GenericIPAddressField(null=True, editable=False)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "event of logging in"
        verbose_name_plural = "audit log of logging in"
        default_permissions = ()  # Whoever keeps the accounts reads it; nobody writes it.
        indexes = [
            models.Index(
                fields=["made"],
                name="alliances_auditentry_addresses",
                condition=models.Q(address__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.get_what_display()}: {self.account or 'no such account'}"
