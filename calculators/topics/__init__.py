"""One file a calculator: what it asks, which tables it needs, which rule answers.

What does not belong here: computing (`calculators.rules`) and reading queries (`asking`).
"""
