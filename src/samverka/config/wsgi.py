"""The application as a WSGI server loads it."""

from django.core.wsgi import get_wsgi_application

from samverka.config import boot

boot()
application = get_wsgi_application()
