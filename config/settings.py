"""Every setting, in the order of the apps. Values come from the environment; .env.example shows
them all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from config import addresses, description, env, policy, schedule
from core import logs

BASE_DIR = Path(__file__).resolve().parent.parent

# --- the installation ---------------------------------------------------------------------------

PRODUCT_NAME = env.text("PRODUCT_NAME", "Afterimage")
# What pages call a lent likeness. A US court has enjoined one company from using "cameo" in its
# product.
PRODUCT_CAMEO_NOUN = env.text("PRODUCT_CAMEO_NOUN", "cameo")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000")
# Keys and, in the embedded default, media and services live here.
AFTERIMAGE_HOME = Path(env.text("AFTERIMAGE_HOME", str(BASE_DIR / ".afterimage")))
KEYS_DIR = AFTERIMAGE_HOME / "keys"

SECRET_KEY = env.secret("SECRET_KEY")
# Earlier keys, still believed but not used to sign.
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", SITE_URL)
IS_HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "channels",
    "django_htmx",
    "csp",
    "django_linear_migrations",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "core",
    "accounts",
    "billing",
    "moderation",
    "cameos",
    "generation",
    "social",
    "feed",
]

MIDDLEWARE = [
    "core.requests.observe",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.content_policy.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.refusals.RefusalMiddleware",
    "core.refusals.NulMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- database, broker, cache, sockets -----------------------------------------------------------

DATABASES = {"default": addresses.database(env.secret("DATABASE_URL"))}
# One connection pool per process. It turns a database restart into a wait instead of an error.
DATABASES["default"]["OPTIONS"] |= {
    "pool": {"min_size": 1, "max_size": env.whole("DATABASE_POOL_MAX", 8), "timeout": 10},
    "server_side_binding": True,
    # A prepared feed query costs the database a quarter. 0 for a proxy that cannot keep them.
    "prepare_threshold": env.whole("DATABASE_PREPARE_AFTER", 1) or None,
}

BROKER_URL = env.secret("BROKER_URL")  # redis://host:6379/0 or redis+socket:///path/to/socket

CACHES = {
    "default": {
        "BACKEND": "core.caching.RedisCache",
        "LOCATION": addresses.redis(BROKER_URL),
        "KEY_PREFIX": "cache",
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # A socket waits for its events in reads of five seconds, which is also when redis-py gives
        # a read up: without a longer limit every quiet socket would be closed. As many sockets may
        # come or go at one instant as there may be connections; by itself redis-py stops at 100.
        "CONFIG": {
            "hosts": [
                {
                    "address": addresses.redis(BROKER_URL),
                    "socket_timeout": 30,
                    "max_connections": 5000,
                }
            ],
            "prefix": "sockets",
        },
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ACKS_LATE = True
# The database decides what is run again: with rejection on, a render that kills its process would
# loop.
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A child makes its engines before it says that it is up; four seconds are little for that on a busy
# machine, and a child that is late is killed.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60
# Celery would close the whole pool around every task, and opening a connection costs more than the
# rest of a dispatch: `config.celery` gives connections back to the pool instead.
CELERY_DB_REUSE_MAX = 2**62
# A worker process that has grown past this is replaced after its task, in KiB.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.whole("WORKER_MEMORY_MAX_KIB", 2_000_000)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = env.whole("GENERATION_TIME_LIMIT_S", 1800)
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 60
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than the hard limit: a message that is delivered twice while its first run works is only
# noise.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_TASK_TIME_LIMIT + 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = schedule.BEAT

# --- media --------------------------------------------------------------------------------------

MEDIA_STORAGE = env.text("MEDIA_STORAGE", (AFTERIMAGE_HOME / "media").as_uri())
_MEDIA = addresses.media_storage(MEDIA_STORAGE, folder=AFTERIMAGE_HOME / "media")
STORAGES: dict[str, dict[str, Any]] = {
    "default": _MEDIA,
    "media": _MEDIA,
    "staticfiles": {"BACKEND": "core.static_files.StaticFiles"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(AFTERIMAGE_HOME / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
# The folder that nginx serves internally for X-Accel-Redirect; empty streams from Django.
MEDIA_ACCEL_PREFIX = env.text("MEDIA_ACCEL_PREFIX", "")
# The secret behind the invisible mark. Keep it when SECRET_KEY is rotated, or old marks cannot be
# read.
MARK_SECRET = env.secret("MARK_SECRET", SECRET_KEY)
MEDIA_URL_LIFETIME_S = env.whole("MEDIA_URL_LIFETIME_S", 900)
FREE_DISK_MIN_BYTES = env.whole("FREE_DISK_MIN_BYTES", 1_000_000_000)

# --- watching -----------------------------------------------------------------------------------

LOGGING = logs.stdlib_config(
    level=env.text("LOG_LEVEL", "INFO"), is_readable=env.text("LOG_FORMAT", "json") == "text"
)
# Who may read /metrics: who shows this token, and peers in these networks that no proxy stands for.
METRICS_TOKEN = env.secret("METRICS_TOKEN", "")
METRICS_NETWORKS = env.names("METRICS_NETWORKS", "127.0.0.0/8,::1/128")
METRICS_SOURCES: dict[str, dict[str, Any]] = {
    "queue": {"BACKEND": "generation.queries.QueueDepth"},
}

# --- web ----------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
# How many proxies of ours add an address to X-Forwarded-For: limits count by the one that the first
# of them saw. What stands further left was written by the client, and is believed by nobody.
PROXY_COUNT = env.whole("PROXY_COUNT", 1) if BEHIND_PROXY else 0
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.auth.TokenSession",
        "accounts.auth.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["core.rendering.JSON"],
    "DEFAULT_PARSER_CLASSES": ["core.inputs.StrictJSON"],
    "DEFAULT_PAGINATION_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["core.throttling.SteadyThrottle"],
    "NUM_PROXIES": PROXY_COUNT,
    "DEFAULT_THROTTLE_RATES": {"user": env.text("API_RATE", "600/minute")},
    "EXCEPTION_HANDLER": "core.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = description.of_api(PRODUCT_NAME)

PLUGIN_SETTINGS = [
    "ACCOUNTS_TEXT_RULES",
    "GENERATION_ENGINES",
    "GENERATION_REWRITERS",
    "MODERATION_CLASSIFIERS",
    "MODERATION_SUBJECTS",
    "CAMEOS_VERIFIERS",
    "CAMEOS_DETECTORS",
    "FEED_RANKERS",
    "BILLING_GATEWAYS",
    "METRICS_SOURCES",
]

# --- accounts -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
AUTHENTICATION_BACKENDS = ["accounts.auth.Sessions"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
ACCOUNTS_TEXT_RULES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "moderation.actions.PersonalTexts"},
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
ACCOUNT_ADAPTER = "accounts.auth.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
# "mandatory" makes an e-mail's owner confirm it before the first log-in; it needs EMAIL_URL.
ACCOUNT_EMAIL_VERIFICATION = env.text("ACCOUNT_EMAIL_VERIFICATION", "optional")
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{PRODUCT_NAME}] "
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
HEADLESS_CLIENTS = ("app", "browser")
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
USERSESSIONS_TRACK_ACTIVITY = False
EMAIL_URL = env.secret("EMAIL_URL", "console")  # or smtp://user:password@host:587
if EMAIL_URL == "console":
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
else:
    _mail = urlsplit(EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = bool(EMAIL_HOST_USER)
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"{PRODUCT_NAME} <noreply@localhost>")

# The demo people of `make_demo_world` log in with it; without it there is no demo world.
DEMO_PASSWORD = env.secret("DEMO_PASSWORD", "")

# --- billing ------------------------------------------------------------------------------------

STRIPE_API_KEY = env.secret("STRIPE_API_KEY", "")
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_WEBHOOK_SECRET = env.secret("STRIPE_WEBHOOK_SECRET", "")
STRIPE_PRICE_PRO = env.text("STRIPE_PRICE_PRO", "")
# A form that leads to a payment page is redirected there, and form-action holds for that too.
CONTENT_SECURITY_POLICY = policy.of_pages(payments_at=STRIPE_API_BASE)
BILLING_GATEWAYS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "billing.gateways.stripe_gateway.StripeGateway",
        "OPTIONS": {
            "api_key": STRIPE_API_KEY,
            "api_base": STRIPE_API_BASE,
            "webhook_secret": STRIPE_WEBHOOK_SECRET,
        },
    }
}

# --- moderation ---------------------------------------------------------------------------------

# Run in this order, cheapest first. A medium that none of them looks at makes a HOLD.
MODERATION_CLASSIFIERS: dict[str, dict[str, Any]] = {
    "prompt_rules": {"BACKEND": "moderation.classifiers.prompt_rules.PromptRules"},
    "sound": {"BACKEND": "moderation.classifiers.sound.SoundChecks"},
    "frames": {"BACKEND": "moderation.classifiers.frames.FrameChecks"},
}
MODERATION_SUBJECTS: dict[str, dict[str, Any]] = {
    "render": {"BACKEND": "generation.actions.ruling.RenderSubject"},
    "cameo": {"BACKEND": "cameos.actions.CameoSubject"},
    "clip": {"BACKEND": "social.actions.ruling.ClipSubject"},
    "comment": {"BACKEND": "social.actions.ruling.CommentSubject"},
}

# --- cameos -------------------------------------------------------------------------------------

CAMEOS_VERIFIERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "cameos.verifiers.basic.BasicChecks"},
}
# Who finds faces in given pictures. Without one, this server takes no pictures.
CAMEOS_DETECTORS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "cameos.detectors.lbp.LbpCascade"},
}

# --- generation ---------------------------------------------------------------------------------

# The engine behind every render that names no other: a dotted path, with its options as JSON.
GENERATION_ENGINES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": env.text("GENERATION_ENGINE", "generation.engines.diorama.Diorama"),
        "OPTIONS": env.json("GENERATION_ENGINE_OPTIONS", {}),
    },
}
# Engines that need weights and a GPU are there as soon as their model is named: a checkpoint folder
# or a hub id. The options are described in docs/models.
LTX2_MODEL = env.text("LTX2_MODEL", "")
LTX2_OPTIONS = env.json("LTX2_OPTIONS", {})
if LTX2_MODEL:
    GENERATION_ENGINES["ltx2"] = {
        "BACKEND": "generation.engines.ltx2.Ltx2",
        "OPTIONS": {**LTX2_OPTIONS, "model": LTX2_MODEL},
    }
KANDINSKY6_MODEL = env.text("KANDINSKY6_MODEL", "")
KANDINSKY6_OPTIONS = env.json("KANDINSKY6_OPTIONS", {})
if KANDINSKY6_MODEL:
    GENERATION_ENGINES["kandinsky6"] = {
        "BACKEND": "generation.engines.kandinsky6.Kandinsky6",
        "OPTIONS": {**KANDINSKY6_OPTIONS, "model": KANDINSKY6_MODEL},
    }
# Who writes prompts out, for people who ask for it.
GENERATION_REWRITERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "generation.rewriters.rules.Rules"},
}
# A worker that has not renewed its lease for this long is taken for dead.
GENERATION_LEASE_S = env.number("GENERATION_LEASE_S", 30)
GENERATION_ATTEMPTS_MAX = env.whole("GENERATION_ATTEMPTS_MAX", 4)
# A queued render that nobody has claimed for this long is sent to the broker again.
GENERATION_RESEND_AFTER_S = env.number("GENERATION_RESEND_AFTER_S", 8)
# A worker process tells every few seconds that it lives; after this long it counts no more.
GENERATION_WORKER_GONE_AFTER_S = env.number("GENERATION_WORKER_GONE_AFTER_S", 15)
# What one worker process may allocate: a render that needs more fails alone. 0: three quarters of
# the machine or the container, for one worker on it.
GENERATION_MEMORY_MAX_MIB = env.whole("GENERATION_MEMORY_MAX_MIB", 0)

# --- feed ---------------------------------------------------------------------------------------

FEED_RANKERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "feed.rankers.simple.Simple"},
    "recency": {"BACKEND": "feed.rankers.recency.Recency"},
}
# The newest public clips are the same for everybody; each process reads them this often.
FEED_FRESH_FOR_S = env.number("FEED_FRESH_FOR_S", 5)
