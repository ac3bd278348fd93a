"""ROOM 1: the rules of the policy, pure. Standard library only; no Django, clock, ORM or HTML.

A rule takes keyword-only facts about a case and the frozen terms in force on its day, and returns
a frozen breakdown: who pays what, step by step, each step with the clauses it rests on. No amount,
rate, limit or day of the policy is written here; they all arrive in the terms.
"""
