"""Opens the app without a browser, on the pages and files the tests ask for."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
PATIENTS, PATIENT, IMPORT, LIMITS, ABOUT = (
    f"rls_dash/ui/pages/{name}.py" for name in ("patients", "patient", "import_", "limits", "about")
)
LABS = (
    "patient_id,date,test,value,unit,reference_low,reference_high\n"
    "T-1,2026-01-10,Ferritin,42,ng/mL,15,150\n"
    "T-1,2026-06-10,Ferritin,<5,ng/mL,15,150\n"
    "T-2,2026-06-10,Ferritin,120,ng/mL,15,150\n"
    "T-2,2026-06-11,Magnesium,0.70,mmol/L,0.7,1.0\n"
    "T-2,2026-06-12,Sodium,140,mmol/L,135,145\n"
    "T-2,2026-06-12,Magnesium,0.8,Mg/dL,,\n"
)


def opened(page: str | None = None) -> AppTest:
    """The app after its first run, on a page; no page is the home page."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    if page:
        at.switch_page(page).run()
    assert not at.exception, [one.message for one in at.exception]
    return at


def with_files(*files: tuple[str, str]) -> AppTest:
    """The Import page after the user has given files (name, text)."""
    at = opened(IMPORT)
    at.file_uploader[0].set_value([(name, text.encode(), "text/csv") for name, text in files]).run()
    assert not at.exception, [one.message for one in at.exception]
    return at


def words(at: AppTest) -> str:
    """Every text of the page that is not in a table or a figure."""
    kinds = ("text", "caption", "markdown", "info", "warning", "error", "header", "subheader")
    findings = [one.label for one in at.button if (one.key or "").startswith("finding_")]
    return "\n".join([*(str(one.value) for kind in kinds for one in at.get(kind)), *findings])
