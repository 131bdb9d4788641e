"""The composition root: environment, settings, URLs, WSGI. It knows everybody; nobody knows it."""
