"""Deletion on the desk: readers see the reason, so there must be one."""

from django.contrib import admin, messages
from django.contrib.admin import actions

from alliances.models.changeset import annotate

from .posted_text import posted_text


def reason_given(model_admin, request):
    """Put the reason of a deletion into the change set; False, with a message to the editor, where there is none."""
    reason = posted_text(request.POST, "change_reason")
    if reason:
        annotate(reason=reason)
    else:
        message = "Nothing was deleted: say why. Readers see the reason in the history."
        model_admin.message_user(request, message, messages.ERROR)
    return bool(reason)


@admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
def delete_selected(model_admin, request, queryset):
    """Django's action, which asks for a reason before it deletes."""
    if request.POST.get("post") and not reason_given(model_admin, request):
        request.POST = request.POST.copy()
        del request.POST["post"]
    response = actions.delete_selected(model_admin, request, queryset)
    if response is not None:  # The question, which goes on saying which versions the list showed.
        response.context_data["seen"] = request.POST.get("seen", "")
    return response
