"""The benefit calculators: pages and JSON over the pure rules, one definition for both.

What belongs here: turning strings into facts (forms), asking `portal.policy` for the terms in
force, calling a rule, and putting the breakdown into words or JSON (presenters).
What does not: any number of the policy, and any rule; rules live in `calculators.rules`.
"""
