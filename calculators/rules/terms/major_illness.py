"""Terms of the residents' major-illness insurance (居民大病保险)."""

from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.bands import Bands
from calculators.rules.terms.common import Cited, SchemeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorIllnessTerms(SchemeTerms):
    """Everything the major-illness payment is computed from (R-12).

    `bands` are measured from the threshold up. `threshold` is None until staff have entered one;
    `scope` are the clauses that say what counts, `tilt` those that promise some people more.
    """

    bands: Bands
    threshold: Cited[Decimal] | None
    scope: tuple[str, ...]
    tilt: tuple[str, ...]
