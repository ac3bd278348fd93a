"""ROOM 2: the dated data. Documents, clauses, tables of rates, decided readings and texts.

What belongs here: rows with a start day, the change sets that carry them, and `in_force`, the one
way from a day to the terms that rules take (or to NoPolicyInForce).
What does not: any computing with the numbers (`calculators.rules`), any page but the policy's own,
and the admin (`portal.staff`).
"""
