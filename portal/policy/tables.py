"""Every dated table: its Chinese name, and which kinds of rows it holds.

A table is known by its scheme and name. `required` lists the named numbers that it must have; keyed
rows (by tier, group, month …) are listed by model. Publishing, exporting and checking walk this
list, so a new table is entered here once.
"""

from dataclasses import dataclass

from portal.policy import models
from portal.policy.models import PolicyRow

RESIDENT, FLEXIBLE = "resident", "flexible"


@dataclass(frozen=True)
class Table:
    """A dated table of a scheme.

    `title` is its Chinese name, `keyed` the models of its keyed rows, `named` its single numbers:
    name to model. `optional` are single numbers that the documents do not give and staff may add.
    """

    scheme: str
    name: str
    title: str
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
        "集中参保缴费期",
        named=(("first_day", models.Day), ("last_day", models.Day)),
    ),
    Table(RESIDENT, "contribution", "居民缴费标准", keyed=(models.ResidentFee,)),
    Table(
        RESIDENT,
        "start_date",
        "居民待遇起算",
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
        "居民住院",
        keyed=(models.InpatientDeductible, models.InpatientRate, models.DeductibleExemption),
    ),
    Table(RESIDENT, "emergency", "居民急诊抢救", named=(("rate", models.Rate),)),
    Table(
        RESIDENT,
        "chronic",
        "居民门诊慢特病",
        keyed=(models.ResidentChronicRate,),
        named=(("diseases", models.Count),),
    ),
    Table(
        RESIDENT,
        "outpatient",
        "居民门诊统筹",
        named=(
            ("quarter_deductible", models.Amount),
            ("quarter_limit", models.Amount),
            ("rate", models.Rate),
        ),
    ),
    Table(
        RESIDENT,
        "two_diseases",
        "居民两病用药",
        keyed=(models.DiseaseLimit,),
        named=(("rate", models.Rate),),
    ),
    Table(
        RESIDENT,
        "major_illness",
        "居民大病保险",
        keyed=(models.MajorIllnessBand,),
        optional=(("threshold", models.Amount),),
    ),
    Table(
        RESIDENT,
        "maternity",
        "居民生育",
        named=(("prenatal_allowance", models.Amount), ("weeks", models.Count)),
    ),
    Table(
        RESIDENT,
        "out_of_area",
        "居民异地就医",
        named=(("residence_months", models.Count), ("change_after_months", models.Count)),
    ),
    # 灵活就业
    Table(
        FLEXIBLE,
        "contribution",
        "灵活就业缴费标准",
        keyed=(models.MonthlyAmount,),
        named=(
            ("rate", models.Rate),
            ("retirement_arrears_until", models.Day),
        ),
    ),
    Table(
        FLEXIBLE,
        "large_sum_fee",
        "大额补助保险费（在职）",
        named=(("yearly_fee", models.Amount),),
    ),
    Table(
        FLEXIBLE,
        "retiree_account",
        "退休个人账户",
        named=(
            ("monthly_account", models.Amount),
            ("yearly_large_sum_fee", models.Amount),
            ("monthly_large_sum_fee", models.Amount),
        ),
    ),
    Table(
        FLEXIBLE,
        "tax_once_fee",
        "按较低比例缴费的退休人员大额费",
        named=(("contribution_rate", models.Rate), ("yearly_fee", models.Amount)),
    ),
    Table(
        FLEXIBLE,
        "retirement",
        "退休缴费年限",
        keyed=(models.MinimumTotalYears, models.MinimumActualYears),
        named=(("deemed_until", models.Day),),
    ),
    Table(FLEXIBLE, "top_up", "退休一次性补缴", named=(("rate", models.Rate),)),
    Table(
        FLEXIBLE,
        "waiting",
        "灵活就业待遇等待期",
        named=(
            ("waiting_months", models.Count),
            ("back_pay_months", models.Count),
            ("resident_years", models.Count),
            ("breaks_counted_from", models.Day),
        ),
    ),
    Table(FLEXIBLE, "pool", "统筹基金年限额", named=(("yearly_limit", models.Amount),)),
    Table(
        FLEXIBLE,
        "inpatient",
        "灵活就业住院",
        keyed=(
            models.InpatientDeductible,
            models.InpatientRate,
            models.AdmissionDecrement,
            models.DeductibleExemption,
        ),
    ),
    Table(FLEXIBLE, "emergency", "灵活就业急诊抢救", named=(("rate", models.Rate),)),
    Table(FLEXIBLE, "chronic", "灵活就业门诊慢特病", keyed=(models.EmployeeChronicRate,)),
    Table(
        FLEXIBLE,
        "outpatient",
        "灵活就业门诊统筹",
        keyed=(models.OutpatientDeductible, models.OutpatientRate, models.OutpatientLimit),
    ),
    Table(
        FLEXIBLE,
        "large_sum",
        "大额补助保险待遇",
        keyed=(models.EmployeeChronicRate,),
        named=(("yearly_limit", models.Amount), ("reduction", models.Rate)),
    ),
    Table(FLEXIBLE, "supplementary", "补充医疗保险", keyed=(models.SupplementaryBand,)),
    Table(
        FLEXIBLE,
        "out_of_area",
        "灵活就业异地就医",
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
        "灵活就业分娩住院",
        named=(("deductible", models.Amount), ("weeks", models.Count)),
    ),
    Table(FLEXIBLE, "maternity_outpatient", "灵活就业生育门诊"),
    Table(
        FLEXIBLE,
        "assisted_reproduction",
        "灵活就业辅助生殖",
        named=(
            ("rate", models.Rate),
            ("most_times", models.Count),
            ("deductible", models.Amount),
            ("covered_items", models.Count),
        ),
    ),
)

TABLES: dict[tuple[str, str], Table] = {(table.scheme, table.name): table for table in _TABLES}
READINGS = "readings"


def title_of(scheme: str, name: str) -> str:
    """Return the Chinese name of a table."""
    if name == READINGS:
        return "已定的理解"
    return TABLES[scheme, name].title
