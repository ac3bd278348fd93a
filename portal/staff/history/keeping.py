"""Keeping versions: before somebody changes a thing, and after."""

import hashlib
import json
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from portal.contributions.models import Channel
from portal.offices.models import Office
from portal.staff.history.contents import CHANNEL, OFFICE, Content, Shape, read
from portal.staff.history.models import KeptPicture, Snapshot

Kind, Action = Snapshot.Kind, Snapshot.Action


def kind_of(thing: models.Model) -> Snapshot.Kind:
    """Say of which kind a thing is."""
    return Kind.OFFICE if isinstance(thing, Office) else Kind.CHANNEL


def shape_of(thing: models.Model) -> Shape:
    """Say what is kept of a thing."""
    return OFFICE if isinstance(thing, Office) else CHANNEL


def versions(kind: str, slug: str) -> models.QuerySet[Snapshot]:
    """Return the versions of a thing, the newest first."""
    return Snapshot.objects.filter(kind=kind, slug=slug).select_related("by")


def keep_before(thing: Any) -> None:
    """Keep a thing as it is in the database, unless its last version says the same.

    For the first change of what was there all along, and after a change that came past the admin.
    """
    _keep(thing, Action.FOUND, None)


def keep(thing: Any, action: Snapshot.Action, by: User) -> bool:
    """Keep a thing as somebody left it; False if nothing changed since its last version."""
    return _keep(thing, action, by)


def keep_deletion(thing: Any, content: Content, by: User) -> None:
    """Keep that somebody deleted a thing, and what it was."""
    kind = kind_of(thing)
    Snapshot.objects.create(
        kind=kind, slug=thing.slug, name=thing.name, content=content, by=by, action=Action.DELETED
    )


def _keep(thing: Any, action: Snapshot.Action, by: User | None) -> bool:
    content = read(shape_of(thing), thing)
    last = versions(kind_of(thing), content["slug"]).first()
    if last is not None and last.action != Action.DELETED and last.content == content:
        return False
    Snapshot.objects.create(
        kind=kind_of(thing),
        slug=content["slug"],
        name=content["name"],
        content=content,
        by=by,
        action=action,
    )
    if isinstance(thing, Channel):
        _keep_picture(thing.pk)
    return True


def _keep_picture(pk: int) -> None:
    """Keep the picture's bytes once: what a channel shows no more can come back with a version."""
    channel = Channel.objects.get(pk=pk)
    if channel.qr_hash and channel.qr_png:
        KeptPicture.objects.get_or_create(
            qr_hash=channel.qr_hash, defaults={"png": bytes(channel.qr_png)}
        )


def fingerprint(content: Content) -> str:
    """Name some content, to tell whether it is still the same."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:32]
