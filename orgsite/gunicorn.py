"""How gunicorn serves the site: `gunicorn --config orgsite/gunicorn.py`; options on the command line come before these.

`WEB_CONCURRENCY` says how many processes; gunicorn reads it itself.
"""

wsgi_app = "orgsite.wsgi"
# Whoever waits, for a slow client or for the turn to write, holds up one thread of eight and not a whole process.
worker_class = "gthread"
threads = 8
timeout = 120  # Seconds; a spreadsheet of 5,000 new rows takes half a minute.
# By default gunicorn takes SCRIPT_NAME and PATH_INFO from headers of a request that came through the proxy, so that a
# stranger could say where the site begins.
forwarder_headers = ""
# Nobody steers it through the socket that it would open in the home directory.
control_socket_disable = True
