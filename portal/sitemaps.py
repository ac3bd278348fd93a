"""Which addresses search engines may list: every page that is there to be read."""

from collections.abc import Iterable
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from calculators.catalogue import CALCULATORS
from portal import clock
from portal.offices.models import Office
from portal.policy.documents import sentences
from portal.policy.models import Document
from portal.policy.pages import paths

FIXED = ("home", "readings", "policy:index", "calculators:index", "offices:list", "updates:list")


class Pages(Sitemap):
    """Addresses as they stand; the texts' own days are not told apart."""

    def items(self) -> list[str]:
        today = clock.today()
        return [
            *(reverse(name) for name in FIXED),
            *paths(today),
            *(reverse("calculators:page", args=[slug]) for slug in CALCULATORS),
            *(reverse("offices:office", args=[slug]) for slug in _values(Office, "slug")),
            *(
                reverse("policy:document", args=[document.slug])
                for document in Document.objects.public()
            ),
            *(reverse("policy:clause", args=[code]) for code in sorted(sentences(today))),
        ]

    def location(self, item: str) -> str:
        return item


def _values(model: Any, field: str) -> Iterable[str]:
    return model._default_manager.values_list(field, flat=True)
