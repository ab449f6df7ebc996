"""The pages of the facts that `factories.crowd` makes."""

LISTS = ["/organizations/", "/states/", "/memberships/", "/forces/", "/councils/", "/documents/", "/sources/"]
DETAILS = [
    "/organizations/csto/",
    "/states/qaa/",
    "/forces/csto-force-0/",
    "/councils/csto-council-0/",
    "/documents/csto-treaty-0/",
    "/sources/source-0/",
]
