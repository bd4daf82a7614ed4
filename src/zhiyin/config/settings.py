"""Django settings. Everything that an installation may choose is in `variables`."""

from __future__ import annotations

from urllib.parse import urlsplit

from zhiyin.config import variables
from zhiyin.config.database import database_from_url
from zhiyin.config.logs import logging_settings
from zhiyin.config.networks import inner_networks
from zhiyin.config.secret import read_or_make_secret
from zhiyin.engine.home import Home

HOME = Home.from_environment()
ZHIYIN_HOME = HOME.path
SECRET_KEY = read_or_make_secret(HOME.keys / "django-secret")
DEBUG = False

_PUBLIC = urlsplit(variables.PUBLIC_URL.read())
_IS_HTTPS = _PUBLIC.scheme == "https"
PUBLIC_URL = f"{_PUBLIC.scheme}://{_PUBLIC.netloc}" if _PUBLIC.netloc else ""
ALLOWED_HOSTS = [*variables.ALLOWED_HOSTS.read_list(), *([_PUBLIC.hostname] if _PUBLIC.hostname else [])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
PROXY_COUNT = variables.PROXY_COUNT.read_number(least=0, most=10)
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "zhiyin.console",
    "zhiyin.people",
    "zhiyin.assist",
    "zhiyin.listen",
    "zhiyin.customers",
    "zhiyin.insight",
    "zhiyin.knowledge",
    "zhiyin.respond",
    "zhiyin.portal",
]

MIDDLEWARE = [
    "zhiyin.console.request_ids.RequestIdMiddleware",
    "zhiyin.console.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "zhiyin.console.files.FilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhiyin.people.zones.CompanyZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhiyin.people.access.AccessMiddleware",
    "zhiyin.people.exporting.middleware.HeldFileMiddleware",
    "zhiyin.config.api_problems.ApiProblemMiddleware",
]

ROOT_URLCONF = "zhiyin.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhiyin.people.context.shell",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {"default": database_from_url(variables.DATABASE_URL.read(), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["zhiyin.people.hashers.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# A sign-in ends so long after the last request, hence the session is saved with each.
SESSION_COOKIE_AGE = variables.SESSION_HOURS.read_number(least=1, most=720) * 3600
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _IS_HTTPS
CSRF_FAILURE_VIEW = "zhiyin.console.views.show_expired_form"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _IS_HTTPS
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _IS_HTTPS else 0
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = variables.site_language()
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = variables.TIME_ZONE.read()

PRIVATE_PATTERNS = variables.private_patterns()

UPLOAD_MAX_BYTES = variables.UPLOAD_MAX_MB.read_number(least=1, most=100_000) * 1024 * 1024

EVENT_ORIGINS = variables.EVENT_ORIGINS.read_list()

SMTP_HOST = variables.SMTP_HOST.read()
SMTP_PORT = variables.SMTP_PORT.read_number(least=1, most=65_535)
SMTP_SECURITY = variables.SMTP_SECURITY.read_choice("starttls", "tls", "none")
SMTP_USER = variables.SMTP_USER.read()
SMTP_PASSWORD = variables.SMTP_PASSWORD.read()
MAIL_FROM = variables.MAIL_FROM.read() or SMTP_USER or "zhiyin@localhost"
SMS_URL = variables.SMS_URL.read()
SMS_SECRET = variables.SMS_SECRET.read()
INNER_NETWORKS = inner_networks()
CHROMIUM = variables.CHROMIUM.read()

STATIC_URL = "/static/"
# Files are served from where they lie in the packages: nothing to collect, nothing to get stale.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300

LOGGING = logging_settings(variables.LOG_LEVEL.read_choice("DEBUG", "INFO", "WARNING", "ERROR"))
