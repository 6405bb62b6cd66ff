"""Settings, read from the environment.  docs/operations.md lists every variable."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from xiezhi.project import database, keys

REPO_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = database.var_dir()


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


DEMO = _flag("XIEZHI_DEMO", default=False)
DEBUG = _flag("XIEZHI_DEBUG", default=False)
TESTING = _flag("XIEZHI_TESTING", default=False)
SECURE = _flag("XIEZHI_HTTPS", default=False)

_KEYS = keys.transient() if TESTING else keys.load(VAR_DIR)
SECRET_KEY = os.environ.get("XIEZHI_SECRET_KEY") or _KEYS.secret_key or secrets.token_urlsafe(50)
XIEZHI_FIELD_KEYS = _KEYS.field_keys
XIEZHI_HASH_KEY = _KEYS.hash_key
ALLOWED_HOSTS = [h for h in os.environ.get("XIEZHI_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("XIEZHI_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "xiezhi.identity",  # before allauth: its sign-in pages replace allauth's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "ninja",
    "xiezhi.foundation",
    "xiezhi.parties",
    "xiezhi.cases",
    "xiezhi.hearings",
    "xiezhi.portal",
    "xiezhi.web",
    "xiezhi.demo",
]

MIDDLEWARE = [
    # outermost: what another one refuses (an unknown host) carries the policy too
    "xiezhi.web.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xiezhi.identity.middleware.ActorMiddleware",
    "xiezhi.web.middleware.FactsToPagesMiddleware",
]

ROOT_URLCONF = "xiezhi.project.urls"
ASGI_APPLICATION = "xiezhi.project.asgi.application"
WSGI_APPLICATION = "xiezhi.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xiezhi.web.context.shell",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.contrib.humanize.templatetags.humanize",
                "xiezhi.web.templatetags.court",
            ],
        },
    }
]

DATABASES = {"default": database.connection_settings(os.environ.get("DATABASE_URL"))}
if TESTING:
    DATABASES["default"]["OPTIONS"].pop("pool")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": ""}}

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "xiezhi.identity.passwords.MixedCharactersValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "xiezhi.identity.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "xiezhi.identity.adapters.SocialAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,30/15m/ip", "login": "60/m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_FORMS = {
    "login": "xiezhi.identity.forms.SignInForm",
    "change_password": "xiezhi.identity.forms.PasswordChangeForm",
    "set_password": "xiezhi.identity.forms.PasswordSetForm",
    "reauthenticate": "xiezhi.identity.forms.ReauthenticateForm",
}
MFA_ADAPTER = "xiezhi.identity.adapters.MultiFactorAdapter"
MFA_FORMS = {
    "authenticate": "xiezhi.identity.forms.CodeForm",
    "reauthenticate": "xiezhi.identity.forms.CodeAgainForm",
    "activate_totp": "xiezhi.identity.forms.TotpActivateForm",
    "add_webauthn": "xiezhi.identity.forms.KeyAddForm",
    "edit_webauthn": "xiezhi.identity.forms.KeyEditForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "獬豸"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = True
XIEZHI_OIDC_STAFF_CLAIM = os.environ.get("XIEZHI_OIDC_STAFF_CLAIM", "staff_number")
# a link, not a form: the content policy would stop a form that leads on to another site
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "court-sso",
                    "name": os.environ.get("XIEZHI_OIDC_NAME", "法院统一身份认证"),
                    "client_id": os.environ["XIEZHI_OIDC_CLIENT_ID"],
                    "secret": os.environ.get("XIEZHI_OIDC_SECRET", ""),
                    "settings": {"server_url": os.environ.get("XIEZHI_OIDC_URL", "")},
                }
            ],
        }
    }
    if os.environ.get("XIEZHI_OIDC_CLIENT_ID")
    else {}
)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "xiezhi.web.views.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    ("vendor/tabler", REPO_DIR / "node_modules/@tabler/core/dist"),
    ("vendor/tabler-icons", REPO_DIR / "node_modules/@tabler/icons-webfont/dist"),
    ("vendor/htmx", REPO_DIR / "node_modules/htmx.org/dist"),
    ("vendor/echarts", REPO_DIR / "node_modules/echarts/dist"),
]
STATICFILES_DIRS = [pair for pair in STATICFILES_DIRS if pair[1].is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG or TESTING

FILE_STORAGE_URL = os.environ.get("XIEZHI_FILES", f"file://{VAR_DIR / 'files'}")
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("XIEZHI_LOG_LEVEL", "WARNING")},
    "loggers": {"xiezhi": {"level": "INFO"}, "django.security.DisallowedHost": {"level": "ERROR"}},
}
