"""The rules of the decision table: one small pure function each, Case → verdicts."""

from rls_dash.findings.model import Rule
from rls_dash.findings.rules import inflammation, iron, kidney, medicines, minerals, quality, stops, vitamins

# Q → S → C, T → I, K → B, F, M, V, H → D, X: the order in which findings are read inside each urgency.
RULES: tuple[Rule, ...] = (
    *quality.RULES,
    *stops.RULES,
    *inflammation.RULES,
    *iron.RULES,
    *kidney.RULES,
    *vitamins.RULES,
    *minerals.RULES,
    *medicines.RULES,
)
