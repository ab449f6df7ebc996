"""The public routes, grouped by noun (DESIGN.md, section 3)."""

from django.urls import path

from alliances import changes, embeds, machines, suggesting, views
from alliances.pages import HistoryPage

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("organizations/", views.OrganizationList.as_view(), name="organization-list"),
    path("organizations/<slug:slug>/", views.OrganizationDetail.as_view(), name="organization-detail"),
    path("states/", views.StateList.as_view(), name="state-list"),
    path("states/<slug:slug>/", views.StateDetail.as_view(), name="state-detail"),
    path("compare/", views.Compare.as_view(), name="compare"),
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
    path("memberships/", views.MembershipList.as_view(), name="membership-list"),
    path("forces/", views.ForceList.as_view(), name="force-list"),
    path("forces/<slug:slug>/", views.ForceDetail.as_view(), name="force-detail"),
    path("councils/", views.CouncilList.as_view(), name="council-list"),
    path("councils/<slug:slug>/", views.CouncilDetail.as_view(), name="council-detail"),
    path("documents/", views.DocumentList.as_view(), name="document-list"),
    path("documents/<slug:slug>/", views.DocumentDetail.as_view(), name="document-detail"),
    path("sources/", views.SourceList.as_view(), name="source-list"),
    path("sources/<slug:slug>/", views.SourceDetail.as_view(), name="source-detail"),
    path("search/", views.Search.as_view(), name="search"),
    path("search/suggestions/", views.Suggestions.as_view(), name="search-suggestions"),
    path("disagreements/", views.DisagreementList.as_view(), name="disagreement-list"),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("feeds/changes/", changes.ChangesFeed.as_view(), name="changes-feed"),
    *(
        path(f"{nouns}/<slug:slug>/history/", HistoryPage.as_view(page=page), name=f"{noun}-history")
        for nouns, noun, page in (
            ("organizations", "organization", views.OrganizationDetail),
            ("states", "state", views.StateDetail),
            ("forces", "collectiveforce", views.ForceDetail),
            ("councils", "council", views.CouncilDetail),
            ("documents", "document", views.DocumentDetail),
            ("sources", "source", views.SourceDetail),
        )
    ),
    path("suggest/<slug:kind>/<slug:key>/", suggesting.Suggest.as_view(), name="suggest"),
    path("suggest/<slug:kind>/<slug:key>/thanks/", suggesting.Thanks.as_view(), name="suggest-thanks"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
]
