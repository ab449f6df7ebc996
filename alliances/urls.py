"""The public routes, grouped by noun (DESIGN.md, section 3)."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path

from alliances.models import Organization, State
from alliances.public import redirects
from alliances.public.suggestions import views
from alliances.public.views import (
    about,
    bodies,
    changes,
    crawlers,
    documents,
    embeds,
    health,
    home,
    maps,
    memberships,
    organizations,
    search,
    sources,
    states,
)
from alliances.public.views.base import asks_only
from alliances.public.views.history import HistoryPage

# The figures of the pages of one thing, for frames and as files.
FIGURES = (
    (
        "organizations",
        "organization",
        embeds.OrganizationEmbed,
        embeds.OrganizationPicture,
        ("timeline", "map", "members"),
    ),
    ("states", "state", embeds.StateEmbed, embeds.StatePicture, ("timeline", "map")),
)

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("about/", about.About.as_view(), name="about"),
    path("organizations/", organizations.OrganizationList.as_view(), name="organization-list"),
    path("organizations/<slug:slug>/", organizations.OrganizationDetail.as_view(), name="organization-detail"),
    *(
        path(f"{nouns}/<slug:slug>/{tab}/", page.as_view(tab=tab), name=f"{noun}-{tab}")
        for nouns, noun, page in (
            ("organizations", "organization", organizations.OrganizationDetail),
            ("states", "state", states.StateDetail),
        )
        for tab in page.TABS
        if tab not in {page.tab, "history"}
    ),
    path("states/", states.StateList.as_view(), name="state-list"),
    path("states/<slug:slug>/", states.StateDetail.as_view(), name="state-detail"),
    path("organizations/<slug:slug>/map/", maps.OrganizationMap.as_view(), name="organization-map"),
    path("states/<slug:slug>/map/", maps.StateMap.as_view(), name="state-map"),
    path("organizations/<str:slug>/", redirects.named(Organization, "organization-detail"), name="organization-named"),
    path("states/<str:slug>/", redirects.named(State, "state-detail"), name="state-named"),
    path("compare/", memberships.Compare.as_view(), name="compare"),
    *(
        path(f"compare/embed/{part}/", embeds.CompareEmbed.as_view(part=part), name=f"compare-embed-{part}")
        for part in ("matrix", "overlaps", "map", "members")
    ),
    *(
        path(
            f"compare/{part}.{form}", embeds.ComparePicture.as_view(part=part, form=form), name=f"compare-{part}-{form}"
        )
        for part in ("overlaps", "map", "members")
        for form in ("svg", "png")
    ),
    *(
        path(f"{nouns}/<slug:slug>/embed/{part}/", page.as_view(part=part), name=f"{noun}-embed-{part}")
        for nouns, noun, page, _, parts in FIGURES
        for part in parts
    ),
    *(
        path(
            f"{nouns}/<slug:slug>/{part}.{form}",
            picture.as_view(part=part, form=form),
            name=f"{noun}-{part}-{form}",
        )
        for nouns, noun, _, picture, parts in FIGURES
        for part in parts
        for form in ("svg", "png")
    ),
    path("memberships/", memberships.MembershipList.as_view(), name="membership-list"),
    path("forces/", bodies.ForceList.as_view(), name="force-list"),
    path("forces/<slug:slug>/", bodies.ForceDetail.as_view(), name="force-detail"),
    path("councils/", bodies.CouncilList.as_view(), name="council-list"),
    path("councils/<slug:slug>/", bodies.CouncilDetail.as_view(), name="council-detail"),
    path("documents/", documents.DocumentList.as_view(), name="document-list"),
    path("documents/<slug:slug>/", documents.DocumentDetail.as_view(), name="document-detail"),
    path("sources/", sources.SourceList.as_view(), name="source-list"),
    path("sources/<slug:slug>/", sources.SourceDetail.as_view(), name="source-detail"),
    path("search/", search.Search.as_view(), name="search"),
    path("search/suggestions/", search.Suggestions.as_view(), name="search-suggestions"),
    path("disagreements/", sources.DisagreementList.as_view(), name="disagreement-list"),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("feeds/changes/", changes.ChangesFeed.as_view(), name="changes-feed"),
    *(
        path(f"{nouns}/<slug:slug>/history/", HistoryPage.as_view(page=page), name=f"{noun}-history")
        for nouns, noun, page in (
            ("organizations", "organization", organizations.OrganizationDetail),
            ("states", "state", states.StateDetail),
            ("forces", "collectiveforce", bodies.ForceDetail),
            ("councils", "council", bodies.CouncilDetail),
            ("documents", "document", documents.DocumentDetail),
            ("sources", "source", sources.SourceDetail),
        )
    ),
    path("suggest/<slug:kind>/<slug:key>/", views.Suggest.as_view(), name="suggest"),
    path("suggest/<slug:kind>/<slug:key>/thanks/", views.Thanks.as_view(), name="suggest-thanks"),
    path(
        "sitemap.xml",
        asks_only()(sitemaps.index),
        {"sitemaps": crawlers.SITEMAPS, "sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path(
        "sitemap-<section>.xml",
        asks_only("p")(sitemaps.sitemap),
        {"sitemaps": crawlers.SITEMAPS},
        name="sitemap-section",
    ),
    path("robots.txt", crawlers.robots, name="robots"),
    path("embed.js", embeds.frames, name="frames"),
    path("favicon.ico", crawlers.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
