"""The dated numbers that rules need, each with its citation.

`portal.policy.terms` makes these from the rows in force on a day. They are frozen and hold plain
values only, so a rule can be tested, cached and read without a database. One file a topic.
"""

from calculators.rules.terms.common import Cited, SchemeTerms
from calculators.rules.terms.stay import (
    Adjustment,
    Decrement,
    Exemption,
    FlexibleStayTerms,
    InpatientTerms,
    LargeSumTerms,
    OutOfAreaTerms,
    ResidentStayTerms,
    SupplementaryTerms,
)

__all__ = [
    "Adjustment",
    "Cited",
    "Decrement",
    "Exemption",
    "FlexibleStayTerms",
    "InpatientTerms",
    "LargeSumTerms",
    "OutOfAreaTerms",
    "ResidentStayTerms",
    "SchemeTerms",
    "SupplementaryTerms",
]
