"""When the public version steps: after any save or deletion of what public pages show.

Rows, texts and clauses of a change set are not watched: residents see them only by the change set,
which is saved when it is published or withdrawn. A draft changes nothing.
"""

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from portal.policy.models import PublicVersion

# Every model of these apps is shown as soon as it is saved.
SHOWN_AT_ONCE = ("offices", "contributions")
POLICY = ("policy.ChangeSet", "policy.Confirmation")


def watch() -> None:
    """Listen to the models; called once, when the apps are ready."""
    models = [apps.get_model(name) for name in POLICY]
    for label in SHOWN_AT_ONCE:
        models += apps.get_app_config(label).get_models()
    for model in models:
        for signal in (post_save, post_delete):
            signal.connect(_step, sender=model, dispatch_uid="public version")


def _step(instance: Model, **signal: Any) -> None:
    # A draft has no publication yet, and what was never published cannot be missed.
    if getattr(instance, "is_final", True):
        PublicVersion.step()
