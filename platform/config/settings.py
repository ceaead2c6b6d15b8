"""Settings, all from the environment; a value that is missing has a safe default or stops with a clear message.

`make run` and `make test` start PostgreSQL and Valkey of their own and pass their addresses on
(:mod:`config.services`).
"""

import json
import os
from pathlib import Path

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

# Lets classes name their model as in forms.ModelForm[Conversation], as the type stubs do.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("POLYPHONY_VAR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)
# Demo mode offers one-click logins for each role; never for real communities.
DEMO = env.bool("POLYPHONY_DEMO", default=False)
HTTPS = env.bool("HTTPS", default=False)


def _secret_key() -> str:
    """The key from the environment, or the one that `make run` keeps under var/."""
    if key := env.str("SECRET_KEY", default=""):
        return str(key)
    kept = VAR_DIR / "secret_key"
    if kept.exists():
        return kept.read_text().strip()
    raise ImproperlyConfigured("SECRET_KEY is not set and var/secret_key is missing. `make run` makes one.")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "frontend",
    "accounts",
    "jobs",
    "governance",
    "aggregation",
    "annotation",
    "deliberation",
    "exports",
    "accounts.apps.StaffSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.MemberMiddleware",
    "frontend.middleware.AnswerReceipts",
    "accounts.sent_once.SentOnceMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "frontend.context_processors.shell",
            ],
        },
    }
]

# `make run` writes where its own servers answer; commands beside it (manage.py …) find them there.
_kept = VAR_DIR / "services.json"
_own_services: dict[str, str] = json.loads(_kept.read_text()) if _kept.exists() and os.access(_kept, os.R_OK) else {}

DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=_own_services.get("DATABASE_URL", "postgres://postgres@localhost:5432/polyphony")
    )
}
DATABASES["default"].update(
    {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# After so many times a statement of accounts.kept_queries is kept planned in its connection. Off for a pooler that
# hands out connections by the transaction and does not know of prepared statements.
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 2 if env.bool("PREPARE_STATEMENTS", default=True) else None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = env.str("BROKER_URL", default=_own_services.get("BROKER_URL", "redis://localhost:6379/0"))
CACHE_URL = env.str("CACHE_URL", default=BROKER_URL if BROKER_URL.startswith(("redis", "valkey")) else "")
CACHES = {
    "default": {
        "BACKEND": "config.cache.TolerantCache",
        "LOCATION": CACHE_URL.replace("valkey://", "redis://"),
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# The database is the only truth: a lost message is found again by the sweep, a killed worker's job is taken up again.
CELERY_BROKER_URL = BROKER_URL.replace("valkey://", "redis://")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5, "visibility_timeout": 3600}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A sweep that could not run in time is dropped: the next one does the same.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "jobs.sweep", "schedule": 5.0, "options": {"expires": 10}},
    "heads": {"task": "governance.publish_heads", "schedule": 60.0, "options": {"expires": 60}},
    "decisions": {"task": "governance.settle", "schedule": 60.0, "options": {"expires": 60}},
    "digests": {"task": "governance.digests", "schedule": crontab(hour="6", minute="0", day_of_week="1")},
    "chains": {"task": "governance.check_chains", "schedule": crontab(hour="3", minute="7")},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.sessions.PersonBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = env.str("ACCOUNT_EMAIL_VERIFICATION", default="mandatory")
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Where people sign in for real, staff and those with a role need a passkey or an authenticator app.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=HTTPS and not DEMO)
# How often one person, or one address before they have entered, may send a form. A hall full of people shares one.
FORM_LIMITS = {
    "enter": env.str("LIMIT_ENTER", default="600/h"),
    "make": env.str("LIMIT_MAKE", default="60/h"),
    "incident": env.str("LIMIT_INCIDENT", default="30/h"),
}
# A language model for drafts and judgments: any server that speaks OpenAI's protocol. None is needed.
LLM_BASE_URL = env.str("LLM_BASE_URL", default="")
LLM_API_KEY = env.str("LLM_API_KEY", default="")
LLM_MODEL = env.str("LLM_MODEL", default="")
LLM_TIMEOUT = env.float("LLM_TIMEOUT", default=120.0)
LLM_CALLS_A_MINUTE = env.int("LLM_CALLS_A_MINUTE", default=60)
LLM_TOKENS_A_MONTH = env.int("LLM_TOKENS_A_MONTH", default=2_000_000)
LLM_TOKENS_A_JOB = env.int("LLM_TOKENS_A_JOB", default=200_000)
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
SESSION_ENGINE = "accounts.session_store"
# smtp+tls://name:password@host:587, smtp://…, or consolemail:// which prints mails into the log.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="polyphony@localhost")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0
X_FRAME_OPTIONS = "DENY"

# No exception for inline scripts, styles or style attributes: how pictures do without is in docs/decisions/0003.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "frontend.finders.PackageFilesFinder",
]
# The standalone verifier of tallies and audit chains, offered for download as it is.
VERIFIER = Path(__file__).resolve().parent.parent / "polyphony" / "verify_tally.py"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_keys.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("THROTTLE_ANON", default="120/min"),
        "user": env.str("THROTTLE_USER", default="1200/min"),
    },
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Polyphony",
    "DESCRIPTION": "Conversations, statements, votes and results; answers that keep disagreement.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Choices of one name in several rooms need names of their own in the description.
    "ENUM_NAME_OVERRIDES": {
        "QuestionKind": "annotation.models.Question.Kind",
        "ItemKind": "annotation.models.Item.Kind",
        "ItemRiskTier": "annotation.models.Item.Tier",
        "ReleaseKind": "governance.models.Release.Kind",
        "ReleaseRiskTier": "governance.models.releases.RiskTier",
        "StudyStatus": "annotation.models.Study.Status",
        "ExportStatus": "exports.models.Export.Status",
        "JobStatus": "jobs.models.Job.Status",
        "AssignmentState": "annotation.models.Assignment.State",
        "ResponseState": "annotation.models.Response.State",
        "StatementState": "deliberation.models.Statement.State",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
