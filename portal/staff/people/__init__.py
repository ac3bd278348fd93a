"""Who of the staff gets in, and what is remembered of it: log-in, second factor, accounts, records.

Nothing here knows of the policy, and no public page comes here.
"""
