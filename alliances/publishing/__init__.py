"""Facts in, text out: citations, footnotes, links, linked data, feeds."""
