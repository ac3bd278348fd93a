"""Settings of the tests: those of an installation, but nothing needs to be collected first."""

from portal.settings import *  # noqa: F403
from portal.settings import STORAGES

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# One fast hash: tests make up many staff accounts.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test that counts says so, and writes its counts down itself.
COUNT_USE, COUNT_EVERY_SECONDS = False, 0
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
