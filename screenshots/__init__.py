"""The pictures of the tour for staff and of the gallery: `./dev screenshots`.

They are taken on a freshly seeded site of its own, on a day that stands still, so that two runs
give nearly the same pictures.
"""
