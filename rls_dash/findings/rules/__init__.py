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

# Wordings that say whose limits count before others apply theirs: in pregnancy iron belongs to the obstetric
# pathway, and the limits of I1 and S4 were not made for it.
LEADING = frozenset({"I7", "I7.child"})
