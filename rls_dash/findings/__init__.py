"""Results and context of a patient → findings: what the rules of the decision table say, and on what."""
