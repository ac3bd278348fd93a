"""Benchmarks: speed as ratios, measured side by side in one run. Never a timed unit test.

`./dev bench rules` compares a rule with OpenFisca's household, `./dev bench web` a served page with
a static file and with Wagtail; each file says what it measures.
"""
