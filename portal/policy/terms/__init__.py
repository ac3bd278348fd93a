"""Rows in force, turned into the frozen terms that rules take. One file a topic.

Each function takes the Rulebook of a day and raises NoPolicyInForce where a table is not on file.
"""

from portal.policy.terms.stay import flexible_stay_terms, resident_stay_terms

__all__ = ["flexible_stay_terms", "resident_stay_terms"]
