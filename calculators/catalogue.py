"""The calculators there are, in the order in which they are listed."""

from calculators.calculator import Calculator
from calculators.topics.arrears import ARREARS
from calculators.topics.chronic import CHRONIC
from calculators.topics.contribution import CONTRIBUTION
from calculators.topics.emergency import EMERGENCY
from calculators.topics.filing_expiry import FILING_EXPIRY
from calculators.topics.inpatient import INPATIENT
from calculators.topics.major_illness import MAJOR_ILLNESS
from calculators.topics.maternity import MATERNITY
from calculators.topics.outpatient import OUTPATIENT
from calculators.topics.retiree_account import RETIREE_ACCOUNT
from calculators.topics.retirement import RETIREMENT
from calculators.topics.start_date import START_DATE
from calculators.topics.supplementary import SUPPLEMENTARY
from calculators.topics.two_diseases import TWO_DISEASES

CALCULATORS: dict[str, Calculator] = {
    calculator.slug: calculator
    for calculator in (
        INPATIENT,
        EMERGENCY,
        OUTPATIENT,
        CHRONIC,
        TWO_DISEASES,
        MAJOR_ILLNESS,
        SUPPLEMENTARY,
        MATERNITY,
        CONTRIBUTION,
        RETIREE_ACCOUNT,
        ARREARS,
        RETIREMENT,
        START_DATE,
        FILING_EXPIRY,
    )
}
