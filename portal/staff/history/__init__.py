"""What addresses and channels were: each version kept whole, told apart, and brought back.

Dated policy needs none of this: its change sets are its history.
"""
