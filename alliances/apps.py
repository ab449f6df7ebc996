"""The app: its groups of editors exist after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_groups(sender, using, **kwargs):
    """Give the groups their permissions, also on new models: *contributors* read facts and write drafts and notes,
    *editors* publish facts, *administrators* keep users, too.
    """
    from django.contrib.auth.models import Group, Permission

    permissions = Permission.objects.using(using)
    facts = permissions.filter(content_type__app_label="alliances")
    # Nobody writes history: it is read, also by editors.
    facts = facts.exclude(content_type__model__startswith="historical") | facts.filter(codename__startswith="view_")
    drafts = facts.filter(codename__startswith="view_") | facts.filter(
        codename__in=["add_draft", "change_draft", "add_remark", "change_remark"]
    )
    users = permissions.filter(content_type__app_label="auth", content_type__model__in=["user", "group"])
    for name, granted in (("contributors", drafts), ("editors", facts), ("administrators", facts | users)):
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.add(*granted)


class AlliancesConfig(AppConfig):
    """International organizations and who belongs to them."""

    name = "alliances"
    verbose_name = "International organizations"

    def ready(self):
        from alliances import checks  # noqa: F401  Registers them.

        post_migrate.connect(make_groups, sender=self)
