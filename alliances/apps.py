"""The app: its groups of editors exist after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_groups(sender, using, **kwargs):
    """Give the three groups just their permissions, also on new models, and take away what they had besides.

    *Contributors* read facts and write drafts and notes. *Editors* publish facts, and read what readers suggest: their
    addresses are for whoever answers them. *Administrators* keep accounts, too. Who needs other permissions gets a
    group of their own, since these three are made anew after each migration.
    """
    from django.contrib.auth.models import Group, Permission

    permissions = Permission.objects.using(using)
    facts = permissions.filter(content_type__app_label="alliances")
    # Nobody writes history: it is read, also by editors.
    facts = facts.exclude(content_type__model__startswith="historical") | facts.filter(codename__startswith="view_")
    read = facts.filter(codename__startswith="view_").exclude(codename="view_suggestion")
    proposing = read | facts.filter(codename__in=["add_draft", "change_draft", "add_remark", "change_remark"])
    accounts = permissions.filter(content_type__app_label="auth", content_type__model="user")
    accounts |= permissions.filter(content_type__app_label="auth", codename="view_group")
    for name, granted in (("contributors", proposing), ("editors", facts), ("administrators", facts | accounts)):
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set(granted)


class AlliancesConfig(AppConfig):
    """International organizations and who belongs to them."""

    name = "alliances"
    verbose_name = "International organizations"

    def ready(self):
        from alliances import checks  # noqa: F401  Registers them.

        post_migrate.connect(make_groups, sender=self)
