"""How static files are named, thinned and compressed when they are collected."""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of our own files only; what others ship is thinned already. Brotli gains a fifth by it.
_OURS = ("css", "js")


def thinned(name: str, text: str) -> str:
    """Leave out comments and indentation of a style sheet or a script, nothing that it says."""
    return str((cssmin if name.endswith(".css") else jsmin)(text))


class CompressedManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's hashed and gzipped files; brotli too where `STATIC_BROTLI` asks for it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._urls: dict[tuple[str, bool, bool], str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file. Pages ask ten times each, and it follows from the manifest."""
        asked = (name, force, settings.DEBUG)
        if asked not in self._urls:
            self._urls[asked] = str(super().url(name, force))
        return self._urls[asked]

    def create_compressor(self, **kwargs: object) -> Compressor:
        return Compressor(use_brotli=settings.STATIC_BROTLI, **kwargs)

    def _save(self, name: str, content: "File[bytes]") -> str:
        if PurePath(name).parts[0] in _OURS:
            content.seek(0)  # its hash has been taken
            content = ContentFile(thinned(name, content.read().decode()).encode())
        return str(super()._save(name, content))
