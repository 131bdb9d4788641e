"""The product's own settings, with one address more: the empty shell."""

from samverka.config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
