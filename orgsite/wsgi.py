"""The WSGI entry point: `gunicorn orgsite.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orgsite.settings")
# One query of a page may take so long; commands, which do not come this way, have no limit (orgsite/databases.py).
os.environ.setdefault("QUERY_SECONDS", "30")
application = get_wsgi_application()
