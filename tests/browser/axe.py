"""What axe finds on a page: the rules of WCAG that a machine can judge."""

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Axe().axe_script
# What may come out otherwise in other colours. The rest of the rules is asked in one of them: to ask takes a second.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
BOTH = ("light", "dark")
# Rows of a table are alike: on a desktop, where a phone has seen them all, the first dozen will do.
ALIKE = ["tbody tr:nth-child(n+13)"]
ASK = "([where, options]) => axe.run(where, options).then(told => told.violations)"
# Of Django's own search box and tables of rows: its select2 has no name of its own and sets styles in its markup (which
# the policy stops, without harm), and the first column of its rows has no heading.
DJANGOS_OWN = {"aria-input-field-name", "empty-table-header"}


def violations(page, colours=(), but=(), context=None, without=()):
    """Return what axe finds, in words.

    colours: the colours that the page is looked at in, one after the other; none: as it is.
    but: rules that are not ours to keep. context: a selector of the part that is looked at; without: of what is not.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(SCRIPT)
    where = {"include": [context or "html"], "exclude": list(without)}
    found = []
    for number, each in enumerate(colours or [None]):
        if each:
            page.emulate_media(color_scheme=each)
        options = {"resultTypes": ["violations"], **({"runOnly": OF_COLOURS} if number else {})}
        for rule in page.evaluate(ASK, [where, options]):
            if rule["id"] not in but:
                found += [f"{rule['id']} {each or ''}: {node['html'][:160]}" for node in rule["nodes"][:3]]
    return found
