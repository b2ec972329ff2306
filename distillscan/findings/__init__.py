"""Findings: what the clusters did, how sure that is, and what else could explain it.

``scan`` goes through the folders in this order, and ``document`` is the one frozen thing that they make:
``whole_log`` (what the log can show), ``shared`` and ``counts`` of each cluster, its ``verdict``, then
``anchors``, ``capabilities`` and ``when``. ``explain`` takes the finished result apart again.
"""
