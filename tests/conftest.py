"""Ground rules for every test."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Slow shared machines must not turn a slow example into a failure.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
