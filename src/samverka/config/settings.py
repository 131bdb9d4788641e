"""Django's settings, composed from the environment. Nothing here is decided per installation: see env.py."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from samverka.config import is_demo
from samverka.config.databases import connections_for
from samverka.config.env import read
from samverka.config.providers import provider_origins, sign_in_providers

ENVIRONMENT = read()
SOURCE = Path(__file__).resolve().parents[1]

DEBUG = ENVIRONMENT.debug
DEMO = is_demo()
SECRET_KEY = ENVIRONMENT.secret_key
BASE_URL = ENVIRONMENT.base_url
KOLADA_URL = ENVIRONMENT.kolada_url
SCB_URL = ENVIRONMENT.scb_url
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
ROOT_URLCONF = "samverka.config.urls"
WSGI_APPLICATION = "samverka.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004"
]  # e-mail is unique, whatever its case, by a constraint that this check does not see

INSTALLED_APPS = [
    "samverka.foundation.ui",  # before allauth: its templates replace allauth's
    "samverka.foundation.access",
    "samverka.foundation.audit",
    "samverka.foundation.jobs",
    "samverka.territory",
    "samverka.organisations",
    "samverka.statistics",
    "samverka.collaborations",
    "samverka.picture",
    "samverka.agreements",
    "samverka.financing",
    "samverka.goals",
    "samverka.plans",
    "samverka.followup",
    "samverka.reports",
    "samverka.web",
    "samverka.api",
    "samverka.public",
    *(["samverka.demo"] if DEMO else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",  # used by allauth's list of security keys
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
]

MIDDLEWARE = [
    "samverka.web.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "samverka.config.logs.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "samverka.foundation.database.acting.ActingMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "samverka.web.addresses.NullCharacterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "samverka.web.shell.shell",
            ],
            "builtins": ["django.templatetags.i18n", "samverka.foundation.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "samverka.foundation.ui.forms.Renderer"

# --- database -------------------------------------------------------------------------------------------------

DATABASES = connections_for(ENVIRONMENT)
DATABASE_ROUTERS = ["samverka.foundation.database.router.OwnerMigrates"]
TASKS: dict[str, Any] = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "foundation_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

KEEP_PIECES = not DEBUG  # pieces of pages are made once per state of their data: foundation/ui/kept.py

# --- languages ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Svenska")), ("en", _("Engelska"))]
LOCALE_PATHS = [SOURCE / "foundation" / "i18n" / "locale"]
FORMAT_MODULE_PATH = ["samverka.foundation.i18n.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- static files ---------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # files live in PostgreSQL; nothing on disk
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- sign-in --------------------------------------------------------------------------------------------------

SESSION_ENGINE = "samverka.foundation.access.sessions"
AUTHENTICATION_BACKENDS = ["samverka.web.sign_in.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "samverka.web.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "samverka.web.sign_in.ProviderAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an organisation's coordinator, who knows the address
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Samverka"
MFA_TOTP_TOLERANCE = 1  # a code typed just as the app changes it still counts (RFC 6238, 5.2)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(ENVIRONMENT.base_url).scheme == "http"
SOCIALACCOUNT_PROVIDERS = sign_in_providers(ENVIRONMENT.sign_in_providers)
SOCIALACCOUNT_AUTO_SIGNUP = True
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- mail -----------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
if ENVIRONMENT.email_url:
    _mail = urlsplit(ENVIRONMENT.email_url)
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp" and EMAIL_PORT == 587
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# --- safety ---------------------------------------------------------------------------------------------------

_https = urlsplit(ENVIRONMENT.base_url).scheme == "https"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.base_url]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_SSL_REDIRECT = False  # the proxy's work
SECURE_REFERRER_POLICY = "same-origin"
if ENVIRONMENT.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Attempts to sign in are counted by address, and to this server everybody's address is the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
NINJA_NUM_PROXIES = 1 if ENVIRONMENT.behind_proxy else 0  # whose address the API counts questions by
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "samverka.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for the QR code of TOTP
        "font-src": [SELF],
        "connect-src": [SELF],
        # Chrome applies it to the redirect after the form too, which is where an organisation's own sign-in begins.
        "form-action": [SELF, *provider_origins(SOCIALACCOUNT_PROVIDERS)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "samverka.web.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- logs -----------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.server": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # a line for every question to a source says nothing that a refresh does not
        # Whoever tries the demonstration out meets closed doors and ends it with Ctrl+C: nothing to warn of.
        **({name: {"level": "ERROR"} for name in ("django.request", "django_tasks_db")} if DEMO else {}),
    },
}
