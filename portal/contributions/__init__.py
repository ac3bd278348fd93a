"""What to pay, when and where: the channels through which people pay and enrol.

What does not belong here: the amounts; they are rows of `portal.policy`.
"""
