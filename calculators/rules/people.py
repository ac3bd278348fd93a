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


# Both kinds of 临时外出: everybody out of area who has not filed a residence there (F-15.3).
TEMPORARY_PLACES = (Place.TEMPORARY, Place.TEMPORARY_EMERGENCY)


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


class Disease(StrEnum):
    """The “两病” whose drugs have a limit of their own (R-11.4)."""

    HYPERTENSION = "hypertension"
    DIABETES = "diabetes"


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


class ResidentEntry(StrEnum):
    """As whom a resident joins, where the day of the first benefit differs by it (R-6)."""

    ADULT = "adult"
    STUDENT = "student"
    MINOR = "minor"
    NEWBORN = "newborn"
    LOW_INCOME = "low_income"
    LOW_MARGIN = "low_margin"
    LOW_MARGIN_STUDENT = "low_margin_student"
    SEVERE_DISABILITY = "severe_disability"
    PREFERENTIAL = "preferential"
    FROM_EMPLOYEE = "from_employee"


class FlexibleEntry(StrEnum):
    """From where a flexible worker comes: new, after a break, from elsewhere (F-6)."""

    FIRST = "first"
    GAP = "gap"
    TRANSFER = "transfer"
    FROM_RESIDENT = "from_resident"


class FilingProof(StrEnum):
    """The paper that a long-term residence out of area is filed with (F-15.2)."""

    HOUSEHOLD_REGISTER = "household_register"
    PROPERTY_DEED = "property_deed"
    RESIDENCE_PERMIT = "residence_permit"


class MaternityKind(StrEnum):
    """What maternity care is for (F-18.7, F-18.8, F-18.10)."""

    CHILDBIRTH = "childbirth"
    FAMILY_PLANNING = "family_planning"
    ASSISTED_REPRODUCTION = "assisted_reproduction"


class FeeChannel(StrEnum):
    """How a retiree's large-sum fee is paid: from the account, or once by the tax channel (F-4.6)."""

    ACCOUNT = "account"
    TAX_ONCE = "tax_once"


class ShortfallPath(StrEnum):
    """How missing years are made up at retirement: at once, or by paying on (F-5.13, F-5.14)."""

    TOP_UP = "top_up"
    CONTINUE = "continue"
