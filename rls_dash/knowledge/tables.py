"""One parser a table: row → frozen object. What ids mean across tables is checked in `checks`."""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType

from rls_dash.knowledge.rows import TableRow
from rls_dash.knowledge.types import (
    AcceptedUnit,
    AmbiguousName,
    Analyte,
    Caution,
    Exclusion,
    Handling,
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
from rls_dash.model import Flag

COLUMNS: dict[str, tuple[str, ...]] = {
    "sources.csv": ("source", "short_name", "citation", "url", "locator", "evidence", "reviewed_on"),
    "analytes.csv": (
        *("analyte", "label", "short_label", "specimen", "tier", "display_order", "molar_mass_g_per_mol"),
        *("mass_basis", "valence", "canonical_unit", "conventional_unit", "canonical_digits"),
        *("conventional_digits", "plausible_low", "plausible_high", "impossible_low", "impossible_high"),
        *("range_unit", "note"),
    ),
    "loinc.csv": ("loinc", "analyte", "role", "property", "system", "long_common_name"),
    "names.csv": ("name", "analyte", "language", "match"),
    "ambiguous_names.csv": ("name", "analyte", "units"),
    "exclusions.csv": ("analyte", "pattern", "why"),
    "other_tests.csv": ("name", "language"),
    "typical_intervals.csv": ("analyte", "unit", "low_least", "low_most", "high_least", "high_most"),
    "usual_changes.csv": ("analyte", "delta_fold", "steady_fold"),
    "unit_spellings.csv": ("spelling", "unit"),
    "accepted_units.csv": (
        *("analyte", "unit", "handling", "published_factor", "published_where"),
        *("published_factor_2", "published_where_2"),
    ),
    "limits.csv": (
        *("limit_id", "analyte", "low_op", "low", "high_op", "high", "unit", "paired", "population"),
        *(
            "population_text",
            "flag",
            "rank",
            "on_trend",
            "short_label",
            "meaning",
            "strength",
            "requires",
            "lights",
            "speaks",
        ),
    ),
    "supplements.csv": ("supplement", "label", "display_order", "supports", "consider_when", "origin"),
    "cautions.csv": ("caution_id", "supplement", "display_order", "prominence", "text", "origin"),
    "supplement_analytes.csv": ("supplement", "analyte", "role"),
}
_MASS_BASES = ("measured", "convention", "")
_LOW_OPS, _HIGH_OPS = (">", ">=", ""), ("<", "<=", "")

Bounds = tuple[Decimal | None, Decimal | None]


def source(row: TableRow) -> Source:
    """A source; its own row carries its evidence grade."""
    key = row.text("source")
    name, citation = row.text("short_name"), row.text("citation")
    return Source(key, name, citation, row.optional("url"), row.provenance(key))


def analyte(row: TableRow) -> Analyte:
    """An analyte with its units, digits and ranges."""
    basis = row.optional("mass_basis")
    mass = row.decimal("molar_mass_g_per_mol")
    if basis not in _MASS_BASES or (mass is None) != (basis == ""):
        raise row.error("mass_basis", "must be measured or convention with a molar mass, and empty without")
    ranges = ("plausible_low", "plausible_high", "impossible_low", "impossible_high")
    plausible_low, plausible_high, impossible_low, impossible_high = (row.decimal(name) for name in ranges)
    given = [
        edge for edge in (impossible_low, plausible_low, plausible_high, impossible_high) if edge is not None
    ]
    if given != sorted(given):
        raise row.error("plausible_low", "the plausible range does not lie inside the possible one")
    return Analyte(
        analyte=row.text("analyte"),
        label=row.text("label"),
        short_label=row.text("short_label"),
        specimen=row.text("specimen"),
        tier=row.choice("tier", Tier),
        display_order=row.needed_whole("display_order"),
        molar_mass_g_per_mol=mass,
        mass_basis=basis,
        valence=row.whole("valence"),
        canonical_unit=row.text("canonical_unit"),
        conventional_unit=row.text("conventional_unit"),
        canonical_digits=row.needed_whole("canonical_digits"),
        conventional_digits=row.needed_whole("conventional_digits"),
        plausible_low=plausible_low,
        plausible_high=plausible_high,
        impossible_low=impossible_low,
        impossible_high=impossible_high,
        range_unit=row.text("range_unit"),
        note=row.optional("note"),
        provenance=row.provenance(),
    )


def loinc(row: TableRow) -> Loinc:
    """A LOINC code; a look-alike needs neither property nor system."""
    role = row.choice("role", LoincRole)
    cell = row.optional if role is LoincRole.LOOK_ALIKE else row.text
    code, key, name = row.text("loinc"), row.text("analyte"), row.text("long_common_name")
    return Loinc(code, key, role, cell("property"), cell("system"), name, row.provenance())


def name(row: TableRow) -> Name:
    """A test name."""
    match = row.choice("match", Match)
    return Name(row.text("name"), row.text("analyte"), row.text("language"), match, row.provenance())


def ambiguous_name(row: TableRow) -> AmbiguousName:
    """A test name that only its unit decides."""
    return AmbiguousName(
        row.text("name"), row.text("analyte"), tuple(row.text("units").split()), row.provenance()
    )


def exclusion(row: TableRow) -> Exclusion:
    """A veto; its pattern must be a regular expression."""
    pattern = row.text("pattern")
    try:
        re.compile(pattern)
    except re.error as problem:
        raise row.error("pattern", f"{pattern!r} is no regular expression: {problem}") from None
    return Exclusion(row.text("analyte"), pattern, row.text("why"), row.provenance())


def other_test(row: TableRow) -> OtherTest:
    """A test we do not track."""
    return OtherTest(row.text("name"), row.text("language"), row.provenance())


def typical_interval(row: TableRow) -> TypicalInterval:
    """Where the ends of a printed interval usually lie; the least stands before the most."""
    low, high = (_span(row, f"{end}_least", f"{end}_most") for end in ("low", "high"))
    if high is None:
        raise row.error("high_least", "the cell is empty")
    return TypicalInterval(row.text("analyte"), row.text("unit"), low, high, row.provenance())


def _span(row: TableRow, least: str, most: str) -> tuple[Decimal, Decimal] | None:
    first, last = row.decimal(least), row.decimal(most)
    if first is None and last is None:
        return None
    if first is None or last is None or not 0 < first < last:
        raise row.error(most, "the least and the most must be positive and stand in that order")
    return first, last


def usual_change(row: TableRow) -> UsualChange:
    """How many times the patient's other results is too many."""
    folds = row.decimal("delta_fold"), row.decimal("steady_fold")
    if any(fold is not None and fold <= 1 for fold in folds):
        raise row.error("delta_fold", "a multiple that is worth a remark is above 1")
    return UsualChange(row.text("analyte"), *folds, row.provenance())


def unit_spelling(row: TableRow) -> tuple[str, str]:
    """A spelling after clean-up, and the unit [UCUM] it stands for."""
    row.provenance()
    return row.text("spelling"), row.text("unit")


def accepted_unit(row: TableRow) -> AcceptedUnit:
    """A unit in which an analyte may be reported; factor and place of publication go together."""
    published = []
    for number, where in (
        ("published_factor", "published_where"),
        ("published_factor_2", "published_where_2"),
    ):
        value = row.decimal(number)
        if (value is None) != (row.optional(where) == ""):
            raise row.error(where, "a published factor and its place go together")
        if value is not None:
            published.append((value, row.optional(where)))
    handling = row.choice("handling", Handling)
    return AcceptedUnit(row.text("analyte"), row.text("unit"), handling, tuple(published), row.provenance())


def limit(row: TableRow) -> Limit:
    """A decision limit; an operator and its number go together, at least one side is closed."""
    low, high = row.decimal("low"), row.decimal("high")
    for column, allowed, number in (("low_op", _LOW_OPS, low), ("high_op", _HIGH_OPS, high)):
        if row.optional(column) not in allowed or (row.optional(column) == "") != (number is None):
            raise row.error(column, f"{row.optional(column)!r} does not fit the number beside it")
    if low is None and high is None:
        raise row.error("low", "the region has no end")
    if low is not None and high is not None and low >= high:
        raise row.error("high", "the region is empty")
    return Limit(
        limit_id=row.text("limit_id"),
        analyte=row.text("analyte"),
        low_op=row.optional("low_op"),
        low=low,
        high_op=row.optional("high_op"),
        high=high,
        unit=row.text("unit"),
        paired=MappingProxyType(_paired(row, (low, high))),
        population=row.text("population"),
        population_text=row.text("population_text"),
        flag=row.choice("flag", Flag) if row.optional("flag") else None,
        rank=_rank(row),
        on_trend=row.yes_no("on_trend"),
        short_label=row.text("short_label"),
        meaning=row.text("meaning"),
        strength=row.text("strength"),
        requires=row.optional("requires"),
        lights=row.optional("lights"),
        speaks=_speaks(row),
        provenance=row.provenance(),
    )


def _speaks(row: TableRow) -> Speaks | None:
    if bool(row.optional("speaks")) != bool(row.optional("lights")):
        raise row.error("speaks", "a limit speaks for or against exactly when it lights a supplement")
    return row.choice("speaks", Speaks) if row.optional("speaks") else None


def _rank(row: TableRow) -> int | None:
    rank = row.whole("rank")
    if (rank is None) != (row.optional("flag") == ""):
        raise row.error("rank", "a limit that decides a flag has a rank, any other has none")
    return rank


def _paired(row: TableRow, bounds: Bounds) -> dict[str, Bounds]:
    """`pmol/L=133` or `pmol/L=133..258`, several separated by `;`: the same sides as the limit itself."""
    pairs: dict[str, Bounds] = {}
    for part in filter(None, row.optional("paired").split(";")):
        unit, equals, numbers = part.partition("=")
        ends = numbers.split("..")
        if bounds[0] is not None and bounds[1] is not None:
            low, high = ends if len(ends) == 2 else ("", "")
        else:
            end = ends[0] if len(ends) == 1 else ""
            low, high = ("", end) if bounds[0] is None else (end, "")
        pair = row.number("paired", low), row.number("paired", high)
        if not unit or not equals or [end is None for end in pair] != [end is None for end in bounds]:
            raise row.error("paired", f"{part!r} does not give the numbers of this region in another unit")
        pairs[unit] = pair
    return pairs


def supplement(row: TableRow) -> Supplement:
    """A row of the cautions table."""
    return Supplement(
        row.text("supplement"),
        row.text("label"),
        row.needed_whole("display_order"),
        row.text("supports"),
        row.text("consider_when"),
        row.choice("origin", Origin),
        row.provenance(),
    )


def caution(row: TableRow) -> Caution:
    """A caution on a supplement."""
    key, about, order = row.text("caution_id"), row.text("supplement"), row.needed_whole("display_order")
    prominence = row.choice("prominence", Prominence)
    origin = row.choice("origin", Origin)
    return Caution(key, about, order, prominence, row.text("text"), origin, row.provenance())


def supplement_analyte(row: TableRow) -> SupplementAnalyte:
    """An analyte that informs a supplement."""
    role = row.choice("role", LinkRole)
    return SupplementAnalyte(row.text("supplement"), row.text("analyte"), role, row.provenance())
