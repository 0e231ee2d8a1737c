"""Where the pages are, as st.Page and st.switch_page want them: relative to app.py."""

from __future__ import annotations

_PAGES = "rls_dash/ui/pages"
PATIENTS = f"{_PAGES}/patients.py"
PATIENT = f"{_PAGES}/patient.py"
IMPORT = f"{_PAGES}/import_.py"
LIMITS = f"{_PAGES}/limits.py"
ABOUT = f"{_PAGES}/about.py"
