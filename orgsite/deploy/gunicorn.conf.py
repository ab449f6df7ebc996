"""How gunicorn serves the site: `gunicorn --config orgsite/deploy/gunicorn.conf.py`.

From the environment: `BIND` (an address, or unix:/path of a socket) and `WEB_CONCURRENCY` (processes; gunicorn reads
it itself). Options on the command line come before these.
"""

import os

wsgi_app = "orgsite.wsgi"
bind = os.environ.get("BIND") or "unix:/run/who-belongs/socket"
# Whoever waits, for a slow client or for the turn to write, holds up one thread of eight and not a whole process.
worker_class = "gthread"
threads = 8
umask = 0o007  # The socket is for this account and the group of nginx, whatever umask systemd was given.
keepalive = 75  # Seconds; longer than nginx keeps an idle connection to us, so that it is nginx who ends it.
# Seconds without a sign of life before a process is replaced. A spreadsheet of 5,000 new rows takes half a minute.
timeout = 120
graceful_timeout = 60  # At a restart, what has begun may end.
# What nginx lets through is far below; these are for whoever reaches us without it.
limit_request_line = 8190
limit_request_fields = 60
# By default gunicorn takes SCRIPT_NAME and PATH_INFO from headers that came through the proxy: a stranger could say
# where the site begins. The scheme is Django's to read (BEHIND_HTTPS_PROXY).
forwarder_headers = ""
secure_scheme_headers = {}
# Nobody steers it through the socket that it would open in the home directory.
control_socket_disable = True
# Errors only, to stderr; requests are nginx's to log. The site's own lines are JSON (orgsite/logs.py).
loglevel = "warning"
