"""Settings of the portal. Every one has a sane default; the environment changes it.

The names in the environment are listed in docs/operations.md. `DJANGO_HTTPS=1` is the one switch
that a production installation behind TLS must set; `manage.py check --deploy` is then clean.
"""

import datetime
from pathlib import Path

import environ

from portal.secret_key import read_or_create

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

DEBUG = env.bool("DJANGO_DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or read_or_create(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Staff work under this path only; it may be moved to one that is not guessed.
ADMIN_PATH = env.str("ADMIN_PATH", default="admin/")

# Author and publisher of a change set are two people; an office of one person turns this on.
PUBLISHING_BY_ONE = env.bool("PUBLISHING_BY_ONE", default=False)

INSTALLED_APPS = [
    # Before the admin itself, whose templates it replaces here and there.
    "portal.staff.apps.StaffConfig",
    "portal.staff.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "crispy_forms",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "portal.site",
    "portal.policy",
    "portal.enrollment",
    "portal.contributions",
    "portal.care",
    "portal.offices",
    "portal.feedback",
    "portal.guide",
    "portal.wechat",
    "portal.caching",
    "portal.operation",
    "calculators",
]

MIDDLEWARE = [
    "portal.operation.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "portal.middleware.EndlessQueryMiddleware",
    "portal.middleware.ContentSecurityPolicyMiddleware",
    "portal.middleware.PublicPageMiddleware",
    "portal.feedback.counting.CountingMiddleware",
    "portal.site.display.CarryDisplayMiddleware",
    "portal.middleware.DatabaseAwayMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Those below serve the admin. A public page never touches them (the fifth wall, tested in
    # tests/test_fifth_wall.py), so that it is the same for everybody and can be cached whole.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

# Two engines keep the fifth wall: "public" renders the residents' pages from templates/ and has no
# context processor that could read a user, a session or a message. "staff" renders the admin from
# the apps' own folders; it stands first because the admin's system check looks at the first only.
TEMPLATES = [
    {
        "NAME": "staff",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    {
        "NAME": "public",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "portal.site.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets residents read while a clerk writes; IMMEDIATE makes writers wait instead of fail.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Opening it takes longer than asking it; and whoever opens a file that nobody has open must write
    # beside it, and could not even read on a full disk. So each thread of a worker keeps it open
    # (runserver's threads live for a request).
    DATABASES["default"]["CONN_MAX_AGE"] = 0 if DEBUG else None
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A new connection for each request costs more than the request. One that is away must not hang:
    # not while it is made, nor when the other machine is off and says nothing, nor on a lock that a
    # clerk's page holds; PostgreSQL lets go of an application machine that is off.
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "tcp_user_timeout": 10_000,  # milliseconds
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "options": "-c lock_timeout=10s -c tcp_keepalives_idle=30"
            " -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
            **DATABASES["default"].get("OPTIONS", {}),  # of the URL: ?sslmode=verify-full
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

# Who guesses passwords or codes is locked out, by user name and address together: nobody can lock
# out a colleague from elsewhere. Trying on meanwhile makes the wait no longer.
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
AXES_COOLOFF_TIME = datetime.timedelta(minutes=env.int("LOGIN_LOCK_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "portal.staff.people.entrance.locked_out"
AXES_CLIENT_IP_CALLABLE = "portal.staff.people.address.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False  # its pages speak English; ours is 登录和操作记录
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]

# A second factor is offered to everybody; this one makes it a must for who may publish.
SECOND_FACTOR_FOR_REVIEWERS = env.bool("SECOND_FACTOR_FOR_REVIEWERS", default=False)
OTP_TOTP_ISSUER = "沈阳医保门户后台"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))()
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_storage.CompressedManifestStorage"},
}
# Brotli makes the smallest files and takes seconds: worth it at a release, not at a first start.
STATIC_BROTLI = env.bool("STATIC_BROTLI", default=False)
WHITENOISE_MANIFEST_STRICT = True

FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# Widgets are rendered by the engines above, so that templates/forms/ may hold our own.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "portal_crispy"
CRISPY_TEMPLATE_PACK = "portal_crispy"
CRISPY_FAIL_SILENTLY = not DEBUG

# Named and shaped like Django 6's own setting, so that the move there deletes our middleware.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
# Other sites that may show pages with `embed=1` in a frame, as origins (https://…).
EMBED_ANCESTORS = env.list("EMBED_ANCESTORS", default=[])

# The card that WeChat shows of a shared page; without an id and its secret there is none, and no
# page has anything of WeChat's in it.
WECHAT_APP_ID = env.str("WECHAT_APP_ID", default="")
WECHAT_APP_SECRET = env.str("WECHAT_APP_SECRET", default="")
WECHAT_API = env.str("WECHAT_API", default="https://api.weixin.qq.com")
# What public pages may then load beside SECURE_CSP. Older WeChat hears its script by frames.
WECHAT_CSP = {"script-src": ["https://res.wx.qq.com"], "frame-src": ["weixin:"]}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How long a log-in lasts, also for who works on: `portal.staff.people.gate` holds it. What is being
# typed then can still be sent for half an hour, so that no work is lost.
STAFF_SESSION = datetime.timedelta(hours=env.int("STAFF_SESSION_HOURS", default=8))
STAFF_SENDING = datetime.timedelta(minutes=30)
SESSION_COOKIE_AGE = int((STAFF_SESSION + STAFF_SENDING).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = env.bool("STAFF_SESSION_ENDS_WITH_BROWSER", default=True)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = "/" + ADMIN_PATH
CSRF_COOKIE_PATH = "/" + ADMIN_PATH
CSRF_COOKIE_HTTPONLY = True

HTTPS = env.bool("DJANGO_HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Only a proxy of our own may say who asks, and how: anybody can send these headers.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Each worker keeps whole pages in so much memory, and asks so often whether they are still true.
PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", default=0 if DEBUG else 32)
PAGE_CACHE_REREAD_SECONDS = env.float("PAGE_CACHE_REREAD_SECONDS", default=1.0)

# So many words to us are taken from one address in an hour.
FEEDBACK_AN_HOUR = env.int("FEEDBACK_AN_HOUR", default=5)

# How often pages are used is counted in memory and written down at intervals; with 0 never.
COUNT_USE = env.bool("COUNT_USE", default=True)
COUNT_EVERY_SECONDS = env.int("COUNT_EVERY_SECONDS", default=60)

# Calculators carry their answers in the query string: both formats leave it out.
LOG_FORMAT = env.str("LOG_FORMAT", default="plain")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "portal.operation.logs.Lines"},
        "json": {"()": "portal.operation.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        # granian's; its level is set where it is started.
        "_granian": {"handlers": ["console"], "propagate": False},
    },
}

# Mistakes of the program are reported there, where it is set: `portal.operation.reporting`.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
