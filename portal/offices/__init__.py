"""The directory of branch offices: where they are, how to get there, whom to call.

What does not belong here: what one does there; that is the guide's.
"""
