"""The pages of the facts that `factories.crowd` makes."""

LISTS = ["/organizations/", "/states/", "/memberships/", "/forces/", "/councils/", "/documents/", "/sources/"]
DETAILS = [
    "/organizations/csto/",
    "/organizations/csto/map/",
    "/states/qaa/",
    "/states/qaa/map/",
    "/forces/csto-force-0/",
    "/councils/csto-council-0/",
    "/documents/csto-treaty-0/",
    "/sources/source-0/",
]
