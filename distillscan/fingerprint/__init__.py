"""Texts to fingerprints: pure functions on Arrow arrays, no database."""

from distillscan.fingerprint.fingerprints import Fingerprints, fingerprint
from distillscan.fingerprint.scheme import SCHEME, Scheme

__all__ = ["SCHEME", "Fingerprints", "Scheme", "fingerprint"]
