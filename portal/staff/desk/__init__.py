"""The publishing desk: change sets from the notice to the residents, under the admin's path.

What belongs here: pages on which staff write, check, compare, publish and take back. What does not:
the steps and checks themselves (`portal.policy.publishing`, `portal.policy.checks`).
"""
