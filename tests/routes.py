"""Every address of the site, as its routes say."""

import re

from django.urls import URLResolver, get_resolver

# What a route has filled in: `<slug:slug>`.
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def routes(found=None, before=""):
    """Yield every pattern of the site as one path, in which `<name>` stands for what is to be filled in."""
    for each in get_resolver().url_patterns if found is None else found:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, path)
        else:
            yield "/" + path
