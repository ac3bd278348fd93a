"""就医与报销: what to bring, how a bill is settled, how to claim by hand.

The words are texts in the database (`portal.policy.pages`). What does not belong here: how much is
paid; each benefit is explained in `calculators`.
"""
