"""Models of the dated data, one file a topic. `rows` explains what all tables share."""

from portal.policy.models.contributions import (
    MinimumActualYears,
    MinimumTotalYears,
    MonthlyAmount,
    ResidentFee,
)
from portal.policy.models.documents import Clause, ClauseText, Document, Section
from portal.policy.models.inpatient import (
    AdmissionDecrement,
    DeductibleExemption,
    InpatientDeductible,
    InpatientRate,
    OutOfAreaAdjustment,
)
from portal.policy.models.limits import (
    DiseaseLimit,
    MajorIllnessBand,
    SupplementaryBand,
)
from portal.policy.models.outpatient import (
    EmployeeChronicRate,
    OutpatientDeductible,
    OutpatientLimit,
    OutpatientRate,
    ResidentChronicRate,
)
from portal.policy.models.publishing import ChangeSet, ChangeSetEvent, Confirmation, Edition
from portal.policy.models.readings import DecidedReading, Reading, ReadingChoice
from portal.policy.models.rows import PolicyRow
from portal.policy.models.scalars import Amount, Count, Day, Rate, RuleClause
from portal.policy.models.seeding import SeedRecord
from portal.policy.models.texts import Book, Text, TextVersion
from portal.policy.models.version import PublicVersion

__all__ = [
    "AdmissionDecrement",
    "Amount",
    "Book",
    "ChangeSet",
    "ChangeSetEvent",
    "Clause",
    "ClauseText",
    "Confirmation",
    "Count",
    "Day",
    "DecidedReading",
    "DeductibleExemption",
    "DiseaseLimit",
    "Document",
    "Edition",
    "EmployeeChronicRate",
    "InpatientDeductible",
    "InpatientRate",
    "MajorIllnessBand",
    "MinimumActualYears",
    "MinimumTotalYears",
    "MonthlyAmount",
    "OutOfAreaAdjustment",
    "OutpatientDeductible",
    "OutpatientLimit",
    "OutpatientRate",
    "PolicyRow",
    "PublicVersion",
    "Rate",
    "Reading",
    "ReadingChoice",
    "ResidentChronicRate",
    "ResidentFee",
    "RuleClause",
    "Section",
    "SeedRecord",
    "SupplementaryBand",
    "Text",
    "TextVersion",
]
