"""Learning festivals and celebratory events of learning cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from festival import rooms
from festival.config import Settings, load_settings
from festival.shared.redis_link import limit_options

if TYPE_CHECKING:
    from collections.abc import Mapping

__version__ = "0.1.0"


def create_app(settings: Settings | None = None, **overrides: object) -> Flask:
    """The application.  ``settings`` as given, or read from the environment with ``overrides``."""
    settings = settings or load_settings(**overrides)
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.config.update(_flask_settings(settings))
    rooms.prepare_extensions(app, settings)
    rooms.open_doors(app)
    rooms.hang_up_signs(app)
    return app


def _flask_settings(settings: Settings) -> Mapping[str, object]:
    secure = settings.public_url.startswith("https://")
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "MAX_CONTENT_LENGTH": settings.upload_limit_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_NAME": "__Host-festival" if secure else "festival",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "SESSION_PROTECTION": None,
        "REMEMBER_COOKIE_DURATION": 1,
        "TRUSTED_HOSTS": settings.hosts,
        "WTF_CSRF_TIME_LIMIT": None,
        # Pages with a secret in their address send no Referer, so it cannot be demanded; the token
        # is bound to a __Host- cookie that no neighbouring host can set.
        "WTF_CSRF_SSL_STRICT": False,
        "RATELIMIT_STORAGE_URI": settings.rate_limit_url,
        "RATELIMIT_STORAGE_OPTIONS": limit_options(settings),
        "RATELIMIT_SWALLOW_ERRORS": True,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "TEMPLATES_AUTO_RELOAD": settings.debug,
        "VERSION": __version__,
    }
