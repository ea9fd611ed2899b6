"""Kernels compile on their first call, so that one slow example says nothing: no deadlines here."""

from hypothesis import settings

settings.register_profile("kernels", deadline=None)
settings.load_profile("kernels")
