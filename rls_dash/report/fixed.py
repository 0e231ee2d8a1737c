"""Sentences that are the same on every report, and on the pages that say the same."""

from __future__ import annotations

from rls_dash.interpret.limits import State

SAMPLE_MARK = "Sample data: fictional patients"
INTENDED_USE = (
    "For licensed clinicians who look after people with restless legs syndrome (RLS).",
    "It shows results of a laboratory export over time against limits that matter for RLS, beside "
    "what to check before a supplement, so that the reader can review the basis of every statement.",
    "It informs. It does not diagnose, set a dose or prescribe; the decision is the clinician's.",
)
NO_ALL_CLEAR = "No letter beside a value is not an all clear: it speaks of that value and that limit only."
INFORMS = "It informs, does not diagnose; the decision is the clinician\u2019s."
NO_MEDICINES = "No medicine or supplement is on file: doses and spacing were not checked."

STATE_LEGEND = {
    State.BELOW_LIMIT: "below limit",
    State.BELOW_LIMIT_INSIDE_INTERVAL: "below limit, inside lab\u2019s interval",
    State.INDETERMINATE: "indeterminate",
    State.WITHIN: "within limits",
    State.ABOVE_LIMIT: "above limit",
    State.NOT_ASSESSED: "not assessed",
}
