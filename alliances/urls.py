"""The public routes, grouped by noun (DESIGN.md, section 3)."""

from django.urls import path

from alliances.public.suggestions import views
from alliances.public.views import changes, crawlers, embeds, organizations
from alliances.public.views.base import HistoryPage

urlpatterns = [
    path("", organizations.Home.as_view(), name="home"),
    path("organizations/", organizations.OrganizationList.as_view(), name="organization-list"),
    path("organizations/<slug:slug>/", organizations.OrganizationDetail.as_view(), name="organization-detail"),
    path("states/", organizations.StateList.as_view(), name="state-list"),
    path("states/<slug:slug>/", organizations.StateDetail.as_view(), name="state-detail"),
    path("compare/", organizations.Compare.as_view(), name="compare"),
    *(
        path(f"compare/embed/{part}/", embeds.CompareEmbed.as_view(part=part), name=f"compare-embed-{part}")
        for part in ("matrix", "overlaps", "map")
    ),
    *(
        path(f"{nouns}/<slug:slug>/embed/{part}/", page.as_view(part=part), name=f"{noun}-embed-{part}")
        for nouns, noun, page in (
            ("organizations", "organization", embeds.OrganizationEmbed),
            ("states", "state", embeds.StateEmbed),
        )
        for part in ("timeline", "map")
    ),
    path("memberships/", organizations.MembershipList.as_view(), name="membership-list"),
    path("forces/", organizations.ForceList.as_view(), name="force-list"),
    path("forces/<slug:slug>/", organizations.ForceDetail.as_view(), name="force-detail"),
    path("councils/", organizations.CouncilList.as_view(), name="council-list"),
    path("councils/<slug:slug>/", organizations.CouncilDetail.as_view(), name="council-detail"),
    path("documents/", organizations.DocumentList.as_view(), name="document-list"),
    path("documents/<slug:slug>/", organizations.DocumentDetail.as_view(), name="document-detail"),
    path("sources/", organizations.SourceList.as_view(), name="source-list"),
    path("sources/<slug:slug>/", organizations.SourceDetail.as_view(), name="source-detail"),
    path("search/", organizations.Search.as_view(), name="search"),
    path("search/suggestions/", organizations.Suggestions.as_view(), name="search-suggestions"),
    path("disagreements/", organizations.DisagreementList.as_view(), name="disagreement-list"),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("feeds/changes/", changes.ChangesFeed.as_view(), name="changes-feed"),
    *(
        path(f"{nouns}/<slug:slug>/history/", HistoryPage.as_view(page=page), name=f"{noun}-history")
        for nouns, noun, page in (
            ("organizations", "organization", organizations.OrganizationDetail),
            ("states", "state", organizations.StateDetail),
            ("forces", "collectiveforce", organizations.ForceDetail),
            ("councils", "council", organizations.CouncilDetail),
            ("documents", "document", organizations.DocumentDetail),
            ("sources", "source", organizations.SourceDetail),
        )
    ),
    path("suggest/<slug:kind>/<slug:key>/", views.Suggest.as_view(), name="suggest"),
    path("suggest/<slug:kind>/<slug:key>/thanks/", views.Thanks.as_view(), name="suggest-thanks"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("favicon.ico", crawlers.favicon, name="favicon"),
    path("healthz", organizations.healthz, name="healthz"),
]
