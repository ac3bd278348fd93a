"""参保指南: who may join, when, by which channel, with which papers, and from which day it counts.

The words are texts in the database (`portal.policy.pages`). What does not belong here: amounts to
pay (`portal.contributions`) and what is reimbursed (`calculators`).
"""
