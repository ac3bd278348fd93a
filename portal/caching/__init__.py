"""Whole public pages, kept in the memory of each worker until something residents see changes.

What changes is told by one number in the database (`portal.policy.models.PublicVersion`), which
every worker rereads once a second. What does not belong here: what a page shows, and who may see it.
"""
