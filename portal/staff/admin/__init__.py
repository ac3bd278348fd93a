"""The admin, one module a topic. Django's autodiscovery imports this package, and it the topics.

Staff edit offices and channels here. Dated policy is only shown: it changes by change sets.
"""

from portal.staff.admin import channels, feedback, offices, policy, wechat
from portal.staff.people import accounts

__all__ = ["accounts", "channels", "feedback", "offices", "policy", "wechat"]
