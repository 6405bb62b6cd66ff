"""The WSGI entry point, for servers that want one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiezhi.project.settings")
application = get_wsgi_application()
