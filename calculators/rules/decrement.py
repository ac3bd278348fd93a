"""How the deductible of a stay falls with each further stay of the year."""

from decimal import Decimal

from calculators.rules.readings import Readings
from calculators.rules.terms import Decrement

# What a further stay of the year rests on.
DECREMENT_READINGS = ("A-01", "A-02", "A-03", "A-04")


def share_of_standard(decrement: Decrement, readings: Readings, admission: int) -> Decimal:
    """「1年内多次住院的，起付标准每次递减15%，但最多不得超过2次」(F-14.10)

    `admission` counts the stays of the calendar year from 1. Returns the share of the listed
    standard that is due; of which amount each step is taken is a choice of A-01.
    """
    times = min(admission - 1, decrement.most_times)
    choice = readings["A-01"]
    if choice == "compound":
        return (1 - decrement.step) ** times
    if choice == "full_again" and admission - 1 > decrement.most_times:
        return Decimal(1)
    return 1 - decrement.step * times
