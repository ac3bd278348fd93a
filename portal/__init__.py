"""The Django project: settings, addresses, and the rooms that hold dated data and pages.

What belongs here: the four rooms of the house (see docs/decisions.md, "Rooms").
What does not: rules of the policy themselves; they live in `calculators.rules`.
"""
