"""The clock of the machine goes back, by an hour or by ten years: what was written stays in the order of writing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliances import dates
from alliances.models import ChangeSet, Organization

from . import factories
from .test_admin_edits import typed
from .test_undo_desk import address, confirmed, text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=3_650)])
def test_what_is_saved_after_the_clock_went_back_is_the_newest_and_can_be_undone(editor, monkeypatch, back):
    home = factories.organization("csto", founded="2002-10-07", seat="Moscow")

    def save(seat):
        form = typed(editor.get(home.get_admin_url())) | {"seat": seat, "change_reason": f"It is {seat}."}
        assert editor.post(home.get_admin_url(), form).status_code == 302

    save("Minsk")
    earlier = dates.now() - back
    monkeypatch.setattr(dates, "now", lambda: earlier)
    monkeypatch.setattr(timezone, "now", lambda: earlier)
    save("Yerevan")
    reader = Client()
    history = reader.get("/organizations/csto/history/").content.decode()
    assert history.index("It is Yerevan.") < history.index("It is Minsk.")
    for path in ("/", "/organizations/csto/", "/changes/", "/feeds/changes/", "/sitemap-organization.xml"):
        assert reader.get(path).status_code == 200
    undone = confirmed(editor, address("changeset_undo", ChangeSet.objects.get(reason="It is Yerevan.").pk))
    assert "headquarters: Yerevan → Minsk" in text(undone)
    assert Organization.objects.get().seat == "Minsk"
