"""Where all this stands, below /admin/."""

from django.contrib import admin
from django.urls import path

from . import account, colleagues, second_factor

desk = admin.site.admin_view

urlpatterns = [
    path("admin/account/", desk(account.account), name="alliances_account"),
    path("admin/account/log-out-everywhere/", desk(account.log_out_everywhere), name="alliances_log_out_everywhere"),
    path("admin/account/second-factor/", desk(second_factor.SetUp.as_view()), name="alliances_set_up"),
    path("admin/account/second-factor/verify/", desk(second_factor.Verify.as_view()), name="alliances_verify"),
    path("admin/account/second-factor/codes/", desk(second_factor.NewCodes.as_view()), name="alliances_new_codes"),
    path("admin/account/second-factor/remove/", desk(second_factor.Remove.as_view()), name="alliances_remove_factor"),
    path("admin/log-ins/", desk(colleagues.LogIns.as_view()), name="alliances_log_ins"),
    path("admin/log-ins/unlock/", desk(colleagues.Unlock.as_view()), name="alliances_unlock"),
    path("admin/log-ins/second-factor/", desk(colleagues.RemoveFactor.as_view()), name="alliances_remove_factor_of"),
]
