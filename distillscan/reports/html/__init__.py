"""The report as one HTML file: no outside address, readable without scripts, on screen and on paper."""

from distillscan.reports.html.page import render

__all__ = ["render"]
