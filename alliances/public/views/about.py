"""What this reference is: who makes it, how it counts, how to report and to cite, under which licence."""

from alliances.models import Membership

from .base import AskedPage


class About(AskedPage):
    """The page that says how everything else is to be read. It is the same on every date; its links keep the date."""

    template = "alliances/about.html"
    date_box = False
    undated = ""

    def context(self, on):
        return {"binding_statuses": [status for status in Membership.Status if status.binds]}

    def title(self, context):
        return "About this reference"
