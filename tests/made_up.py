"""Made-up policy for tests: new editions as staff will make them, from the ones in force."""

from portal.policy.drafts import copy_edition as copy_of_edition

__all__ = ["copy_of_edition"]
