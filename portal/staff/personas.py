"""Made-up people for whom every change set is computed: data shipped with the site, seeded nowhere.

`fixtures/personas.json` lists them: a sentence, a calculator and a query of its JSON, without a day.
Between them they give every answer that a calculator offers at least once.
"""

import json
from functools import cache
from pathlib import Path

from django.conf import settings

from calculators.recomputing import Case


@cache
def personas() -> tuple[Case, ...]:
    """Return the shipped cases, in their order."""
    path = Path(settings.BASE_DIR) / "fixtures" / "personas.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    return tuple(Case(one["title"], one["calculator"], one["query"]) for one in listed)
