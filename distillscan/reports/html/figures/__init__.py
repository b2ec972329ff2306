"""Figures as inline SVG: the same bytes for the same findings, colours from the page's style."""
