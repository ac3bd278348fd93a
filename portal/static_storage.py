"""How static files are named and compressed when they are collected."""

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class CompressedManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's hashed and gzipped files; brotli too where `STATIC_BROTLI` asks for it."""

    def create_compressor(self, **kwargs: object) -> Compressor:
        return Compressor(use_brotli=settings.STATIC_BROTLI, **kwargs)
