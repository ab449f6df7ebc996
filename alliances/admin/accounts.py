"""Accounts on the desk: who keeps them gives nobody more than they have, and what somebody wrote keeps its author."""

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.shortcuts import redirect

from .lookups import StrictLookups

User = get_user_model()

# Fields of an account that only superusers see: whoever may set them may do anything.
SUPERUSER_FIELDS = {"is_superuser", "user_permissions"}


def permissions_of(user):
    """Return the permissions that an account holds by itself and by its groups, also while it is deactivated."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def missing_permissions(user):
    """Return the permissions that an account does not hold."""
    return Permission.objects.exclude(pk__in=permissions_of(user).values("pk"))


def may_manage(user, account):
    """Tell whether `user` may change an account: nobody but a superuser changes one that may do more than they may."""
    if user.is_superuser:
        return True
    beyond = permissions_of(account).filter(pk__in=missing_permissions(user).values("pk"))
    return not (account.is_superuser or beyond.exists())


def has_written(account):
    """Tell whether a change set, a draft, a note or a decision names an account."""
    named = [each for each in User._meta.get_fields(include_hidden=True) if each.one_to_many]
    return any(
        each.related_model._base_manager.filter(**{each.field.name: account}).exists()
        for each in named
        if each.related_model._meta.app_label == "alliances"
    )


def refuse_deletion(accounts):
    """Return the sentence why accounts that wrote something are kept."""
    names = ", ".join(str(each) for each in accounts)
    return (
        f"Nothing was deleted. The history names {names} as the author of changes, drafts, notes or decisions. "
        "Deactivate instead: nobody can log in then, and the history keeps its authors."
    )


@admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
def delete_selected(model_admin, request, queryset):
    """Django's action, for accounts that wrote nothing."""
    if writers := [each for each in queryset if has_written(each)]:
        return model_admin.message_user(request, refuse_deletion(writers), messages.ERROR)
    return actions.delete_selected(model_admin, request, queryset)


admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(StrictLookups, UserAdmin):
    """Accounts. Administrators keep those that may do no more than they may; superusers keep all.

    An account that wrote something is deactivated, never deleted.
    """

    actions = [delete_selected, "deactivate"]
    list_display = [*UserAdmin.list_display, "is_active"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may_manage(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or (may_manage(request.user, obj) and not has_written(obj))

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [
            (title, options | {"fields": [each for each in options["fields"] if each not in SUPERUSER_FIELDS]})
            for title, options in fieldsets
        ]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups" and not request.user.is_superuser:
            kwargs["queryset"] = Group.objects.exclude(permissions__in=missing_permissions(request.user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def delete_view(self, request, object_id, extra_context=None):
        """Say of an account that wrote something why it is kept."""
        account = self.get_object(request, object_id)
        if account and self.has_change_permission(request, account) and has_written(account):
            self.message_user(request, refuse_deletion([account]), messages.ERROR)
            return redirect("admin:auth_user_change", account.pk)
        return super().delete_view(request, object_id, extra_context)

    @admin.action(permissions=["change"], description="Deactivate selected %(verbose_name_plural)s")
    def deactivate(self, request, queryset):
        """Let the chosen accounts log in no more; what they wrote keeps their names."""
        accounts = list(queryset.filter(is_active=True))
        held = [each for each in accounts if each == request.user or not self.has_change_permission(request, each)]
        if held:
            names = ", ".join(str(each) for each in held)
            message = f"Nobody was deactivated: {names} is yourself, or may do more than you may."
            return self.message_user(request, message, messages.ERROR)
        for account in accounts:
            account.is_active = False
            account.save(update_fields=["is_active"])
            self.log_change(request, account, "Deactivated.")
        self.message_user(request, f"Deactivated: {len(accounts)}.", messages.SUCCESS)


@admin.register(Group)
class PermissionGroupAdmin(StrictLookups, GroupAdmin):
    """Groups. The three of this site get their permissions from apps.py; only superusers make others."""
