"""The home page and what all public pages share: the frame, the hotline, error pages.

What does not belong here: content of a topic; each topic has its own app.
"""
