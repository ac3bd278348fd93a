"""Every dated table, and which kinds of rows it holds.

A table is known by its scheme and name; `portal.policy.titles` has its Chinese name. Single numbers
are listed by name, keyed rows (by tier, group, month …) by model. Publishing, exporting and checking
walk this list, so a new table is entered here once.
"""

from dataclasses import dataclass

from portal.policy import models
from portal.policy.models import PolicyRow
from portal.policy.titles import FLEXIBLE, RESIDENT


@dataclass(frozen=True)
class Table:
    """A dated table of a scheme.

    `keyed` are the models of its keyed rows, `named` its single numbers with their models;
    `optional` are single numbers that the documents do not give and staff may add.
    """

    scheme: str
    name: str
    keyed: tuple[type[PolicyRow], ...] = ()
    named: tuple[tuple[str, type[PolicyRow]], ...] = ()
    optional: tuple[tuple[str, type[PolicyRow]], ...] = ()

    @property
    def row_models(self) -> tuple[type[PolicyRow], ...]:
        """All models whose rows may belong to this table, the clauses it cites last."""
        named = dict.fromkeys(model for _, model in (*self.named, *self.optional))
        return (*self.keyed, *named, models.RuleClause)


_TABLES = (
    # 城乡居民
    Table(
        RESIDENT,
        "enrollment_window",
        named=(("first_day", models.Day), ("last_day", models.Day)),
    ),
    Table(RESIDENT, "contribution", keyed=(models.ResidentFee,)),
    Table(
        RESIDENT,
        "start_date",
        named=(
            ("adult_waiting_months", models.Count),
            ("newborn_months", models.Count),
            ("conversion_gap_months", models.Count),
            ("conversion_waiting_months", models.Count),
        ),
    ),
    Table(
        RESIDENT,
        "inpatient",
        keyed=(models.InpatientDeductible, models.InpatientRate, models.DeductibleExemption),
    ),
    Table(RESIDENT, "emergency", named=(("rate", models.Rate),)),
    Table(
        RESIDENT,
        "chronic",
        keyed=(models.ResidentChronicRate,),
        named=(("diseases", models.Count),),
    ),
    Table(
        RESIDENT,
        "outpatient",
        named=(
            ("quarter_deductible", models.Amount),
            ("quarter_limit", models.Amount),
            ("rate", models.Rate),
        ),
    ),
    Table(
        RESIDENT,
        "two_diseases",
        keyed=(models.DiseaseLimit,),
        named=(("rate", models.Rate),),
    ),
    Table(
        RESIDENT,
        "major_illness",
        keyed=(models.MajorIllnessBand,),
        optional=(("threshold", models.Amount),),
    ),
    Table(
        RESIDENT,
        "maternity",
        named=(("prenatal_allowance", models.Amount), ("weeks", models.Count)),
    ),
    Table(
        RESIDENT,
        "out_of_area",
        named=(("residence_months", models.Count), ("change_after_months", models.Count)),
    ),
    # 灵活就业
    Table(
        FLEXIBLE,
        "contribution",
        keyed=(models.MonthlyAmount,),
        named=(
            ("rate", models.Rate),
            ("retirement_arrears_until", models.Day),
        ),
    ),
    Table(
        FLEXIBLE,
        "large_sum_fee",
        named=(("yearly_fee", models.Amount),),
    ),
    Table(
        FLEXIBLE,
        "retiree_account",
        named=(
            ("monthly_account", models.Amount),
            ("yearly_large_sum_fee", models.Amount),
            ("monthly_large_sum_fee", models.Amount),
        ),
    ),
    Table(
        FLEXIBLE,
        "tax_once_fee",
        named=(("contribution_rate", models.Rate), ("yearly_fee", models.Amount)),
    ),
    Table(
        FLEXIBLE,
        "retirement",
        keyed=(models.MinimumTotalYears, models.MinimumActualYears),
        named=(("deemed_until", models.Day),),
    ),
    Table(FLEXIBLE, "top_up", named=(("rate", models.Rate),)),
    Table(
        FLEXIBLE,
        "waiting",
        named=(
            ("waiting_months", models.Count),
            ("back_pay_months", models.Count),
            ("resident_years", models.Count),
            ("breaks_counted_from", models.Day),
        ),
    ),
    Table(FLEXIBLE, "pool", named=(("yearly_limit", models.Amount),)),
    Table(
        FLEXIBLE,
        "inpatient",
        keyed=(
            models.InpatientDeductible,
            models.InpatientRate,
            models.AdmissionDecrement,
            models.DeductibleExemption,
        ),
    ),
    Table(FLEXIBLE, "emergency", named=(("rate", models.Rate),)),
    Table(FLEXIBLE, "chronic", keyed=(models.EmployeeChronicRate,)),
    Table(
        FLEXIBLE,
        "outpatient",
        keyed=(models.OutpatientDeductible, models.OutpatientRate, models.OutpatientLimit),
    ),
    Table(
        FLEXIBLE,
        "large_sum",
        keyed=(models.EmployeeChronicRate,),
        named=(("yearly_limit", models.Amount), ("reduction", models.Rate)),
    ),
    Table(FLEXIBLE, "supplementary", keyed=(models.SupplementaryBand,)),
    Table(
        FLEXIBLE,
        "out_of_area",
        keyed=(models.OutOfAreaAdjustment,),
        named=(
            ("old_policy_until", models.Day),
            ("residence_months", models.Count),
            ("change_after_months", models.Count),
            ("permit_years", models.Count),
        ),
    ),
    Table(
        FLEXIBLE,
        "childbirth",
        named=(("deductible", models.Amount), ("weeks", models.Count)),
    ),
    Table(
        FLEXIBLE,
        "maternity_outpatient",
    ),
    Table(
        FLEXIBLE,
        "assisted_reproduction",
        named=(
            ("rate", models.Rate),
            ("most_times", models.Count),
            ("deductible", models.Amount),
            ("covered_items", models.Count),
        ),
    ),
)

TABLES: dict[tuple[str, str], Table] = {(table.scheme, table.name): table for table in _TABLES}
