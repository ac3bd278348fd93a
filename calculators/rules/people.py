"""The kinds of people, hospitals and places that rules tell apart.

The values are the public names of the HTTP contract; they are never renamed.
"""

from enum import StrEnum


class Scheme(StrEnum):
    """Which insurance: 城乡居民 (resident) or 灵活就业人员职工医保 (flexible)."""

    RESIDENT = "resident"
    FLEXIBLE = "flexible"


class Group(StrEnum):
    """Column of the benefit tables: flexible has active and retired, resident minor and adult."""

    ACTIVE = "active"
    RETIRED = "retired"
    MINOR = "minor"
    ADULT = "adult"


class Tier(StrEnum):
    """Level of a medical institution, as the two inpatient tables name them."""

    GRASSROOTS = "grassroots"
    LEVEL1 = "level1"
    LEVEL2 = "level2"
    LEVEL2_DISTRICT = "level2_district"
    LEVEL2_CITY = "level2_city"
    LEVEL3 = "level3"
    TOP3 = "top3"


class OutpatientTier(StrEnum):
    """Level of an institution as the outpatient tables group them (F-13.3 to F-13.6, R-9.3)."""

    LEVEL1_OR_BELOW = "level1_or_below"
    LEVEL2 = "level2"
    SPECIALIST3 = "specialist3"
    LEVEL3 = "level3"
    LEVEL3_OR_ABOVE = "level3_or_above"
    TOP3 = "top3"


class Place(StrEnum):
    """Where the care was given, seen from Shenyang (F-15.2, F-15.3, F-15.15)."""

    LOCAL = "local"
    LONG_TERM = "long_term"
    TEMPORARY = "temporary"
    TEMPORARY_EMERGENCY = "temporary_emergency"


class Condition(StrEnum):
    """What a stay is for, where that changes its deductible (F-14.11, F-14.12, R-7.8, R-7.9)."""

    NONE = "none"
    NO_DEDUCTIBLE = "no_deductible"
    CANCER = "cancer"


class ChronicCategory(StrEnum):
    """Group of a chronic or special outpatient disease (F-12.5, F-12.6, R-9.2, R-9.3)."""

    DIALYSIS = "dialysis"
    SPECIAL = "special"
    CHRONIC = "chronic"
    LISTED = "listed"
    OTHER = "other"


class Sex(StrEnum):
    """Sex, where the years of contribution differ by it (F-5.1, F-5.3)."""

    MALE = "male"
    FEMALE = "female"


class Member(StrEnum):
    """Kind of resident who pays a yearly fee (R-2.1, R-2.3)."""

    ADULT = "adult"
    STUDENT = "student"
    MINOR = "minor"


class Hardship(StrEnum):
    """Standing that lowers or lifts a resident's fee (R-2.2, R-2.4, R-2.5)."""

    NONE = "none"
    LOW_MARGIN = "low_margin"
    SPECIAL = "special"
