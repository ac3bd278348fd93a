"""The calculators there are, in the order in which they are listed."""

from calculators.calculator import Calculator
from calculators.topics.inpatient import INPATIENT

CALCULATORS: dict[str, Calculator] = {calculator.slug: calculator for calculator in (INPATIENT,)}
