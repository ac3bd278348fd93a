"""我该怎么办: from who somebody is, one question at a time, to what to do.

What belongs here: the questions (`questions`), what follows from the answers (`known`), the way from
one to the next (`path`), and the plan at its end (`plan`, from `sections` and `desk`). The words of a
plan are texts in the database, most of them sections of other pages; amounts and days come from the
calculators.
"""
