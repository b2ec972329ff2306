"""Signals: everything two accounts can share, as values of families, in one incidence table.

A new signal is one :class:`~distillscan.signals.signal.Signal` in the module of its family; a new family is
one module and one line in :mod:`distillscan.signals.registry`.
"""
