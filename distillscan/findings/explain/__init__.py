"""Explanations: why an account, a pair, a cluster, a value or a prompt is judged as it is, down to the rows.

They say what the scan decided and on which figures, never a second opinion: tiers come from
``clusters.scores``, associations and members from the tables that the scan left in the case.
"""
