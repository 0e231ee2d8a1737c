"""Q1 to Q9: what the data themselves allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rls_dash.context.patients import Audience
from rls_dash.findings.case import Case, Reading
from rls_dash.findings.model import SILENT, Input, Rule, Verdict, asks, fires, undecided
from rls_dash.interpret.change import ChangeVerdict, RealChange, real_change, slope_of
from rls_dash.interpret.inflammation import DRAWN_SO
from rls_dash.interpret.iv_iron import IRON_PANEL
from rls_dash.interpret.ladder import limit_words
from rls_dash.interpret.latest import Row
from rls_dash.interpret.limits import applies, deciding_limits
from rls_dash.interpret.words import brief, date_text, signed
from rls_dash.interpret.worklist import LISTED
from rls_dash.knowledge import Limit
from rls_dash.model import Evidence, Truth

# Issue codes of rows that are not used, by rule.
_UNIT = frozenset(
    {
        *("unit_missing", "unit_unknown", "unit_conflict", "unit_not_accepted", "unit_unusual"),
        *("unit_range_conflict", "loinc_unit_conflict"),
    }
)
_IMPOSSIBLE = frozenset({"impossible"})
_SPECIMEN = frozenset({"specimen", "specimen_unknown"})
_UNUSUAL = frozenset({"implausible", "unit_suspect"})  # notes on rows that are used
# The tests whose age and change matter to RLS: the four with a trend, and the saturation beside ferritin.
_FOLLOWED = tuple(LISTED)
# Results that decide how others are read: their age is named as well.
_DATED = (*_FOLLOWED, "hemoglobin", "egfr", "methylmalonic_acid")
_SHOWN = 5  # places named in a sentence; the inputs name all


def q1(case: Case) -> list[Verdict]:
    """Unit missing, unknown, corrupt, or against the LOINC code: the row meets no limit (clinical.md §2)."""
    return _not_used(case, "Q1", _UNIT)


def q2(case: Case) -> list[Verdict]:
    """Value outside what a body can have: the row is not used."""
    return _not_used(case, "Q2", _IMPOSSIBLE)


def q3(case: Case) -> list[Verdict]:
    """Value outside the plausible, or that fits another unit better: used and marked. Computed ones are not
    counted beside their inputs."""
    unusual = [
        reading
        for analyte in case.knowledge.analytes
        for reading in case.history(analyte)
        if not reading.computed and _UNUSUAL & set(reading.row["notes"].split())
    ]
    if not unusual:
        return [SILENT]
    places = _places(case, [reading.row for reading in unusual])
    return [fires("Q3", *(one.as_input() for one in unusual), rows=_counted(len(unusual)), places=places)]


def q4(case: Case) -> list[Verdict]:
    """Specimen other than the one the analyte is measured in: the row is not used (clinical.md §1c)."""
    return _not_used(case, "Q4", _SPECIMEN)


def _not_used(case: Case, wording: str, codes: frozenset[str]) -> list[Verdict]:
    """One finding that names all rows set aside or held for one of these reasons."""
    rows = [row for row in case.held if row["code"] in codes]
    if not rows:
        return [SILENT]
    grounds = [_row_input(case, row) for row in rows]
    return [fires(wording, *grounds, rows=_counted(len(rows)), places=_places(case, rows))]


def _row_input(case: Case, row: Row) -> Input:
    return Input(
        name=row["analyte"] or "row",
        text=f"{_label(case, row)}, not used",
        source_file=row["source_file"],
        source_row=int(row["source_row"]),
    )


def _label(case: Case, row: Row) -> str:
    known = case.knowledge.analytes.get(row["analyte"])
    return known.short_label if known else "Test not identified"


def _counted(rows: int) -> str:
    return f"{rows} row{'s' if rows > 1 else ''}"


def _places(case: Case, rows: Sequence[Row]) -> str:
    """ "Ferritin in labs.csv, line 3; Folate in labs.csv, line 7; and 2 more"."""
    named = [f"{_label(case, row)} in {row['source_file']}, line {row['source_row']}" for row in rows]
    more = [f"and {len(named) - _SHOWN} more"] if len(named) > _SHOWN else []
    return "; ".join(named[:_SHOWN] + more)


def q5(case: Case) -> list[Verdict]:
    """Latest result censored, with a limit on its open side: no rule concludes anything there."""
    verdicts = []
    for analyte in case.knowledge.analytes:
        reading = case.latest(analyte)
        if reading is None or not reading.row["comparator"]:
            continue
        left_open = [one for one in _deciding(case, reading) if reading.meets(one) is Truth.UNKNOWN]
        if left_open:
            limits = "; ".join(limit_words(one, reading.shown_unit) for one in left_open)
            verdicts.append(fires("Q5", reading.as_input(), result=reading.text, limits=limits))
    return verdicts or [SILENT]


def _deciding(case: Case, reading: Reading) -> list[Limit]:
    """Limits that decide the letter of an analyte, or all that apply where none decides one."""
    analyte, audience = reading.analyte.analyte, Audience(reading.row["audience"])
    limits = deciding_limits(case.knowledge, analyte, audience)
    every = case.knowledge.limits.values()
    return limits or [one for one in every if one.analyte == analyte and applies(one, audience)]


def q6(case: Case) -> list[Verdict]:
    """Latest results of one analyte and collection differ: both are shown, neither is used by a rule."""
    verdicts = []
    for analyte in case.knowledge.analytes:
        readings = case.newest(analyte)
        if len(readings) > 1 or any("conflicting_results" in one.row["notes"].split() for one in readings):
            both = " and ".join(one.text for one in readings)
            verdicts.append(fires("Q6", *(one.as_input() for one in readings), both=both))
    return verdicts or [SILENT]


def q7(case: Case) -> list[Verdict]:
    """Latest result of such an analyte older than 12 months; rules still read it, as historical."""
    latest = [readings[-1] for analyte in _DATED if (readings := case.newest(analyte))]
    dated = [one for one in latest if not one.relative]
    if latest and not dated:
        return [undecided(why="the results have no calendar date, so their age is not known")]
    old = [one for one in dated if (case.as_of - one.day).days > case.number("historical_days")]
    if not old:
        return [SILENT]
    return [fires("Q7", *(one.as_input() for one in old), results="; ".join(one.text for one in old))]


def q8(case: Case) -> list[Verdict]:
    """Change since the previous result smaller than the reference change value, per followed test. What was
    drawn too soon after iron by vein (T1), or beside a raised CRP (C1), is no result to compare with."""
    verdicts, open_ones = [], []
    for analyte in _FOLLOWED:
        drawn = [one for one in case.history(analyte) if not case.too_early(one)]
        left_out = [one for one in drawn if case.inflamed(one)]
        readings = [one for one in drawn if one not in left_out] if left_out else drawn
        latest, previous = case.latest(analyte), _before_latest(readings)
        label = case.knowledge.analytes[analyte].short_label
        if latest is not None and case.inflamed(latest):
            open_ones.append(f"{label}: {ChangeVerdict.NOT_COMPARABLE}, {DRAWN_SO}")
            continue
        if latest is None or previous is None:
            if case.newest(analyte):
                alone = f"one result only{', others ' + DRAWN_SO if left_out else ''}"
                open_ones.append(case.why_none(analyte) or f"{label}: {alone}")
            continue
        found = real_change(latest.row, previous.row, case.knowledge)
        if found.verdict is ChangeVerdict.WITHIN:
            verdicts.append(_within(case, latest, previous, found, readings, left_out))
        elif found.verdict is not ChangeVerdict.BEYOND:
            open_ones.append(f"{label}: {found.verdict}, {found.why}".removesuffix(", "))
    if open_ones:
        verdicts.append(undecided(why="; ".join(open_ones)))
    return verdicts or [SILENT]


def _before_latest(readings: Sequence[Reading]) -> Reading | None:
    """The result of the collection before the latest."""
    earlier = [one for one in readings if one.moment < readings[-1].moment] if readings else []
    return earlier[-1] if earlier else None


def _within(
    case: Case,
    latest: Reading,
    previous: Reading,
    found: RealChange,
    readings: Sequence[Reading],
    left_out: Sequence[Reading],
) -> Verdict:
    variation = case.knowledge.variation[latest.analyte.analyte]
    where = variation.provenance
    slope = slope_of([one.row for one in _since_iron(case, readings)], case.knowledge, latest.shown_unit)
    change = signed(found.percent or 0, 0)
    # A slope would run through all of them, a change over those between.
    passed = _since_iron(case, [*left_out, latest])[:-1]
    passed = passed if slope else [one for one in passed if one.day >= previous.day]
    return fires(
        "Q8" if where.evidence is Evidence.PRIMARY else "Q8.unverified",
        latest.as_input(),
        previous.as_input(),
        now=latest.text,
        before=previous.text,
        change=change if change == "no change" else f"{change}%",
        expected=found.limits.words if found.limits else "",
        source=f"{case.knowledge.sources[where.source].short_name}, {where.evidence}",
        slope=(f" Slope: {slope.words}." if slope else "") + _left_out_words(passed),
    )


def _left_out_words(readings: Sequence[Reading]) -> str:
    """Which results stand beside a raised CRP: left out, and not in silence."""
    named = [one.text for one in readings]
    more = f", and {len(named) - _SHOWN} before" if len(named) > _SHOWN else ""
    return f" Left out, {DRAWN_SO}: {', '.join(reversed(named[-_SHOWN:]))}{more}." if named else ""


def _since_iron(case: Case, readings: Sequence[Reading]) -> list[Reading]:
    """Results of the iron panel after the last iron by vein: a line across an infusion rises while ferritin
    falls."""
    given = [one.started_on for one in case.iv_iron if one.started_on]
    if not given or not readings or readings[-1].analyte.analyte not in IRON_PANEL:
        return list(readings)
    before = [day for day in given if day <= readings[-1].day]
    return [one for one in readings if not before or one.day > max(before)]


def q9(case: Case) -> list[Verdict]:
    """Last two results of a followed test from different laboratories: no trend is drawn between them. Then
    every other followed test whose line breaks at an earlier change is named as well.

    The assay is known of the patient as a whole only, so a change of laboratory stands for a change of
    assay. CHOY21, RLSASSAY.
    """
    pairs = {
        analyte: (readings[-1], previous)
        for analyte in _FOLLOWED
        if (readings := case.history(analyte)) and (previous := _before_latest(readings))
    }
    places = {key: tuple(str(one.row["laboratory"]) for one in pair) for key, pair in pairs.items()}
    now_changed = any(now and before and now != before for now, before in places.values())
    breaks = {key: _last_switch(case.history(key)) for key in _FOLLOWED} if now_changed else {}
    changed = {key: pair for key, pair in breaks.items() if pair}
    half_known = [key for key, (now, before) in places.items() if bool(now) != bool(before)]
    verdicts = [
        *_apart(case, changed, [key for key in changed if key == "ferritin"], "Q9"),
        *_apart(case, changed, [key for key in changed if key != "ferritin"], "Q9.other"),
        *_apart(case, pairs, half_known, "Q9.not_stated"),
    ]
    if not any(places.get("ferritin", ("stated",))) and not case.facts.ferritin_assay:
        why = "neither laboratory nor assay of ferritin stated"
        verdicts.append(undecided("laboratory", "ferritin_assay", why=why))
    return verdicts or [SILENT]


def _last_switch(readings: Sequence[Reading]) -> tuple[Reading, Reading] | None:
    """The two results, the later first, between which the laboratory last changed; None without a change."""
    collections = list({one.moment: one for one in readings}.values())
    for now, before in zip(reversed(collections), reversed(collections[:-1]), strict=False):
        there, here = str(before.row["laboratory"]), str(now.row["laboratory"])
        if there and here and there != here:
            return now, before
    return None


def _apart(
    case: Case, pairs: Mapping[str, tuple[Reading, Reading]], analytes: Iterable[str], wording: str
) -> list[Verdict]:
    """One finding about the analytes whose last two results cannot be compared."""
    chosen = [pairs[analyte] for analyte in analytes]
    if not chosen:
        return []
    results = "; ".join(f"{_at_laboratory(before)}, then {_at_laboratory(now)}" for now, before in chosen)
    grounds = [one.as_input() for pair in chosen for one in pair]
    assay = case.facts.ferritin_assay
    said = f"assay stated for this patient: {brief(assay)}" if assay else "assay not stated"
    if wording == "Q9.not_stated":
        of_assay = ("ferritin_assay",) if "ferritin" in {one.name for one in grounds} and not assay else ()
        return [asks(wording, *grounds, missing=("laboratory", *of_assay), results=results)]
    return [fires(wording, *grounds, results=results, assay=said)]


def _at_laboratory(reading: Reading) -> str:
    where = brief(str(reading.row["laboratory"])) or "laboratory not stated"
    return f"{reading.analyte.short_label} {date_text(reading.day)} ({where})"


RULES: tuple[Rule, ...] = (
    Rule("Q1", q1),
    Rule("Q2", q2),
    Rule("Q3", q3),
    Rule("Q4", q4),
    Rule("Q5", q5),
    Rule("Q6", q6),
    Rule("Q7", q7),
    Rule("Q8", q8),
    Rule("Q9", q9),
)
