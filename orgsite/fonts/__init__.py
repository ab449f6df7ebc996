"""The site's two typefaces: a serif for headings, a sans for the rest.

They come as Python packages. What a browser loads (WOFF2, in parts by script) and what draws pictures (TTF) is made of
them here, where it is first asked for; no font is committed. `recipe.py` says which letters and how, `files.py` keeps
what was made, `finder.py` hands it to Django as static files. `alliances/static/alliances/fonts.css` names them in CSS.
"""
