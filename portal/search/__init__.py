"""Searching the whole site: clauses, reading pages, offices, channels and calculators.

An index of bigrams is held in the memory of each process and built anew when the data change;
nothing of it is stored, and no query is written anywhere. What does not belong here: how offices
are found by line and pinyin; that is theirs (`portal.offices.search`).
"""
