"""Clinical knowledge as frozen types: the only reader of `data/knowledge`.

Every table is a CSV with one fact a row, and every row ends with where the fact comes from. A table that
breaks a rule, or names an id that another table does not have, raises KnowledgeError.
"""

from rls_dash.knowledge.loader import KNOWLEDGE_DIRECTORY, load_knowledge, notices
from rls_dash.knowledge.provenance import Provenance
from rls_dash.knowledge.rows import KnowledgeError
from rls_dash.knowledge.rule_types import Parameter, Substance, Urgency, Wording
from rls_dash.knowledge.types import (
    AcceptedUnit,
    AmbiguousName,
    Analyte,
    Caution,
    Exclusion,
    Handling,
    Knowledge,
    Limit,
    LinkRole,
    Loinc,
    LoincRole,
    Match,
    Name,
    Origin,
    OtherTest,
    Prominence,
    Source,
    Speaks,
    Supplement,
    SupplementAnalyte,
    Tier,
    TypicalInterval,
    UsualChange,
)

__all__ = [
    "KNOWLEDGE_DIRECTORY",
    "AcceptedUnit",
    "AmbiguousName",
    "Analyte",
    "Caution",
    "Exclusion",
    "Handling",
    "Knowledge",
    "KnowledgeError",
    "Limit",
    "LinkRole",
    "Loinc",
    "LoincRole",
    "Match",
    "Name",
    "Origin",
    "OtherTest",
    "Parameter",
    "Prominence",
    "Provenance",
    "Source",
    "Speaks",
    "Substance",
    "Supplement",
    "SupplementAnalyte",
    "Tier",
    "TypicalInterval",
    "Urgency",
    "UsualChange",
    "Wording",
    "load_knowledge",
    "notices",
]
