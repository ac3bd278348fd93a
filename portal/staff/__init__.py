"""ROOM 4: the admin site. Imported by nobody but the settings and the project's addresses.

What belongs here: how staff see and change data. What does not: the data itself.
"""
