"""Time OpenFisca country-template's single household. Runs in a scratch environment of its own.

Prints the seconds that one calculation took, best of the rounds: the situation is built and every
variable that it asks for is calculated, as OpenFisca's own `/calculate` does, without HTTP.
"""

import sys
import time

from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_country_template import CountryTaxBenefitSystem
from openfisca_country_template.situation_examples import single

ROUNDS, CALCULATIONS = 5, 40


def asked_for(situation):
    for entities in situation.values():
        for entity in entities.values():
            for variable, values in entity.items():
                if isinstance(values, dict):
                    for period, value in values.items():
                        if value is None:
                            yield variable, period


def main():
    system = CountryTaxBenefitSystem()
    asked = list(asked_for(single))

    def calculate():
        simulation = SimulationBuilder().build_from_entities(system, single)
        for variable, period in asked:
            simulation.calculate(variable, period)

    calculate()
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(CALCULATIONS):
            calculate()
        best = min(best, (time.perf_counter() - start) / CALCULATIONS)
    sys.stdout.write(f"{best}\n")


if __name__ == "__main__":
    main()
