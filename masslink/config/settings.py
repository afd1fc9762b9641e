"""All settings in one place; what differs between servers comes from environment variables (docs/server.md)."""

import os
import secrets
from pathlib import Path

from masslink.config import databases

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("MASSLINK_DATA", "data")).absolute()


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "yes", "true", "on")


DEBUG = False
# Only CSRF tokens hang on it; sessions live in memory, so a new one at each start costs nobody anything.
SECRET_KEY = secrets.token_urlsafe(48)
# Served over TLS, or behind a proxy that does. Names of cookies hang on it, so it is known before anything starts.
SECURE = _flag("MASSLINK_SECURE") or _flag("MASSLINK_BEHIND_PROXY")
ALLOWED_HOSTS = os.environ.get("MASSLINK_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS if SECURE and h != "*"]
FINGERPRINT = os.environ.get("MASSLINK_FINGERPRINT", "")  # of the certificate; `masslink serve` sets it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("MASSLINK_BEHIND_PROXY") else None

INSTALLED_APPS = [
    "masslink",
    "masslink.vault",
    "django.contrib.staticfiles",
    "django_htmx",
]
MIDDLEWARE = [
    "masslink.core.headers.SafeHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "masslink.collective.doors.Doors",
]
ROOT_URLCONF = "masslink.config.urls"
WSGI_APPLICATION = "masslink.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates", *sorted(PACKAGE.glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"icons": "masslink.core.icons"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "masslink.desk.frame.frame",
            ],
        },
    }
]

DATABASES = {
    "default": databases.ledger(os.environ.get("DATABASE_URL", ""), DATA_DIR),
    "open": {"ENGINE": "masslink.vault.backend", "NAME": ":memory:"},
}
DATABASE_ROUTERS = ["masslink.vault.router.Router"]
MIGRATION_MODULES = {"masslink": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("MASSLINK_TIME_ZONE", "UTC")
PHONE_REGION = os.environ.get("MASSLINK_PHONE_REGION", "US")

STATIC_URL = "static/"
# `masslink serve` gathers and compresses the files here before it starts; tests and scripts do without.
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}}
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 3600

FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = (
    20 * 1024 * 1024
)  # uploads never touch the disk unsealed; larger ones are refused
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE = f"{_PREFIX}masslink"
DEVICE_COOKIE = f"{_PREFIX}masslink-phone"  # id and secret of a known device
SEEN_COOKIE = f"{_PREFIX}masslink-seen"  # how far this device has seen the ledger come
LOOK_COOKIE = f"{_PREFIX}masslink-look"  # the neutral name and icon this phone shows
CSRF_COOKIE_NAME = f"{_PREFIX}masslink-form"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "masslink.desk.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}masslink-language"
LANGUAGE_COOKIE_SECURE = SECURE
SECURE_REFERRER_POLICY = "same-origin"  # with "no-referrer", browsers send "Origin: null" and no form passes

# The vault
ARGON2_MEMORY_KIB = int(os.environ.get("MASSLINK_ARGON2_KIB", 64 * 1024))
ARGON2_PASSES = 3
# What follows from acts once they are written: functions called as `follow(act)` in the workspace that wrote it.
AFTER_ACTS = ["masslink.desk.feed_says.after_act"]
# What is seen to whenever somebody unlocks, in this order: see masslink/collective/chores.py.
AFTER_UNLOCKING = [
    "masslink.collective.chores.renew_keys",
    "masslink.collective.chores.seal_to_kit",
    "masslink.collective.chores.forget_welcome",
    "masslink.collective.chores.shred_old",
    "masslink.sites.acts.end_work_of_those_who_left",
    "masslink.pairs.acts.end_pairs_of_those_who_left",
    "masslink.people.standing.acts.keep_month",
    "masslink.gatherings.series.make_ahead",
    "masslink.desk.feed_says.keep_up",
    "masslink.people.fading.fade_due",
    "masslink.exchange.acts.shred_erased",
]
IDLE_SECONDS = int(os.environ.get("MASSLINK_IDLE_SECONDS", 30 * 60))
SHARED_IDLE_SECONDS = 5 * 60
SESSION_SECONDS = 12 * 3600
WORKSPACES_AT_MOST = int(os.environ.get("MASSLINK_WORKSPACES", 60))

# Nothing that a page is made of may reach a log: errors are named by their place only (core.headers).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"null": {"class": "logging.NullHandler"}},
    "loggers": {"django": {"handlers": ["null"], "level": "CRITICAL", "propagate": False}},
}
