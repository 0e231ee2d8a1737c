"""A clinic's own numbers: a TOML file that names who and why → knowledge with those numbers, marked.

clinic = "Example sleep clinic"
approved_by = "Dr A. Example"
approved_on = 2026-10-01
why = "Assay of our laboratory"          # or in each entry

[limits.ferritin_rls_75]
high = 50
unit = "ug/L"

[parameters.historical_days]
value = 180

[assay]
ferritin = "Beckman Coulter"

[[laboratory_interval]]
laboratory = "North"
analyte = "ferritin"
low = 30
high = 400
unit = "ug/L"
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from rls_dash.knowledge import Analyte, ClinicInterval, ClinicOverrides, Knowledge, Limit, Override, Parameter
from rls_dash.normalise.units import derive_factor

_TOP = {"clinic", "approved_by", "approved_on", "why", "limits", "parameters", "assay", "laboratory_interval"}
_LIMIT_KEYS, _PARAMETER_KEYS = {"low", "high", "unit", "why", "approved_by", "approved_on"}, {"value", "why"}
_INTERVAL_KEYS = {"laboratory", "analyte", "low", "high", "unit", "why"}
# Coefficients of equations, the level of confidence and coming of age are no choice of a clinic.
_FIXED = ("ckd_epi_", "transferrin_to_tibc", "rcv_", "adult_from_years")
_ACROSS = {"<=": ">", "<": ">="}  # end of one region → start of the one that follows without a gap
_READ_TOGETHER = frozenset({"adult_rls", "inflammation_rls", "inflammation_unknown"})  # populations


class OverridesError(Exception):
    """A clinic's file that cannot be used: names its line and what is wrong."""

    def __init__(self, name: str, line: int | None, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"{name}, line {line}: {reason}" if line else f"{name}: {reason}")


def apply_overrides(knowledge: Knowledge, text: str, name: str) -> Knowledge:
    """The tables with the numbers of a clinic's file. Raises OverridesError with the line.

    Limits that share an edge with a replaced one move with it, so that no gap opens between them. Numbers
    printed for other units no longer hold; other units are converted.
    """
    return _File(knowledge, text, name).applied()


@dataclass(frozen=True)
class _Author:
    approved_by: str
    approved_on: str
    why: str


class _File:
    """One file of overrides."""

    def __init__(self, knowledge: Knowledge, text: str, name: str) -> None:
        self._knowledge = knowledge
        self._name = name
        self._lines = text.splitlines()
        self._text = text
        try:
            self._said = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            reason = "this is no TOML; see the example on the page Limits and sources"
            raise OverridesError(name, int(found[1]) if found else len(self._lines), reason) from None

    def applied(self) -> Knowledge:
        """The tables with everything the file says."""
        self._only(self._said, _TOP, "")
        limits = self._limits()
        parameters = {key: self._parameter(key, said) for key, said in self._table("parameters").items()}
        intervals = tuple(
            self._interval(number, said)
            for number, said in enumerate(self._said.get("laboratory_interval", []))
        )
        assay = self._table("assay")
        self._only(assay, {"ferritin", "why"}, "assay")
        maker = str(assay.get("ferritin", "")).strip()
        clinic = ClinicOverrides(
            name=self._name,
            ferritin_assay=maker,
            assay_override=self._override(assay, "assay", "none recorded") if maker else None,
            intervals=intervals,
            limits=tuple(limits),
            parameters=tuple(parameters),
        )
        fingerprint = hashlib.sha256(self._text.encode()).hexdigest()[:6]
        return replace(
            self._knowledge,
            limits={**self._knowledge.limits, **limits},
            parameters={**self._knowledge.parameters, **parameters},
            clinic=clinic,
            version=f"{self._knowledge.version}+{fingerprint}",
        )

    # --- limits ------------------------------------------------------------------------------------------

    def _limits(self) -> dict[str, Limit]:
        changed: dict[str, Limit] = {}
        for key, said in self._table("limits").items():
            changed[key] = self._limit(key, said)
        named = set(changed)
        for key in named:
            self._move_neighbours(key, changed, named)
        return changed

    def _limit(self, key: str, said: Any) -> Limit:
        where = f"limits.{key}"
        before = self._knowledge.limits.get(key)
        if before is None:
            raise self._error(where, "", f"there is no limit {key}; ids stand on the page Limits and sources")
        self._only(said, _LIMIT_KEYS, where)
        if not {"low", "high"} & said.keys():
            raise self._error(where, "", "give low or high, the end that the limit has")
        self._unit(said, where, before.unit)
        ends = {}
        for side in ("low", "high"):
            old = getattr(before, side)
            if side in said and old is None:
                raise self._error(where, side, f"this limit has no {side} end")
            ends[side] = self._number(said, where, side) if side in said else old
        self._inside(ends, self._knowledge.analytes[before.analyte], before.unit, where)
        if ends["low"] is not None and ends["high"] is not None and ends["low"] >= ends["high"]:
            raise self._error(
                where, "low" if "low" in said else "high", "the region is empty: low is not below high"
            )
        override = self._override(said, where, _printed(before))
        low, high = ends["low"], ends["high"]
        return replace(before, low=low, high=high, paired=MappingProxyType({}), override=override)

    def _move_neighbours(self, key: str, changed: dict[str, Limit], named: set[str]) -> None:
        """Move the edge of limits that began or ended where this one did."""
        before, after = self._knowledge.limits[key], changed[key]
        for other in self._knowledge.limits.values():
            if other.limit_id == key or not _neighbours(before, other):
                continue
            edges = _shared(before, after, changed.get(other.limit_id, other), other)
            if not edges:
                continue
            if other.limit_id in named:
                reason = f"{other.limit_id} and {key} share this edge, and the file moves it to two places"
                raise self._error(f"limits.{other.limit_id}", next(iter(edges)), reason)
            assert after.override is not None  # noqa: S101 - set when it was changed
            now = changed.get(other.limit_id, other)
            low, high = edges.get("low", now.low), edges.get("high", now.high)
            moved = replace(now, low=low, high=high, paired=MappingProxyType({}))
            if moved.low is not None and moved.high is not None and moved.low >= moved.high:
                raise self._error(f"limits.{key}", "", f"it leaves no room for {other.limit_id}")
            why = replace(after.override, before=_printed(other), moved_with=key)
            changed[other.limit_id] = replace(moved, override=why)

    # --- everything else ---------------------------------------------------------------------------------

    def _parameter(self, key: str, said: Any) -> Parameter:
        where = f"parameters.{key}"
        before = self._knowledge.parameters.get(key)
        if before is None:
            raise self._error(where, "", f"there is no parameter {key}")
        if key.startswith(_FIXED):
            raise self._error(where, "", f"{key} is fixed and no choice of a clinic")
        self._only(said, _PARAMETER_KEYS | {"approved_by", "approved_on"}, where)
        value = self._number(said, where, "value")
        if value <= 0:
            raise self._error(where, "value", "a window or an age must be above zero")
        shown = f"{before.value:f} {before.unit}".strip()
        return replace(before, value=value, override=self._override(said, where, shown))

    def _interval(self, number: int, said: Any) -> ClinicInterval:
        where = f"laboratory_interval#{number}"
        self._only(said, _INTERVAL_KEYS | {"approved_by", "approved_on"}, where)
        analyte = self._knowledge.analytes.get(str(said.get("analyte", "")))
        if analyte is None:
            raise self._error(where, "analyte", f"{said.get('analyte', '')!r} is no analyte")
        laboratory = str(said.get("laboratory", "")).strip()
        if not laboratory:
            raise self._error(where, "laboratory", "name the laboratory as its results do")
        unit = str(said.get("unit", ""))
        if (analyte.analyte, unit) not in self._knowledge.accepted_units:
            raise self._error(where, "unit", f"{unit!r} is no unit of {analyte.label}")
        ends = {side: self._number(said, where, side) if side in said else None for side in ("low", "high")}
        low, high = ends["low"], ends["high"]
        if low is None and high is None:
            raise self._error(where, "", "give low, high or both")
        if low is not None and high is not None and low >= high:
            raise self._error(where, "low", "the interval is empty: low is not below high")
        self._inside(ends, analyte, unit, where)
        override = self._override(said, where, "as printed by the laboratory")
        return ClinicInterval(laboratory, analyte.analyte, low, high, unit, override)

    # --- reading -----------------------------------------------------------------------------------------

    def _table(self, name: str) -> dict[str, Any]:
        said = self._said.get(name, {})
        if not isinstance(said, dict):
            raise self._error("", name, f"{name} must be a table, such as [{name}]")
        return said

    def _only(self, said: Any, known: set[str], where: str) -> None:
        if not isinstance(said, dict):
            raise self._error(where, "", "this must be a table with low, high or value")
        for key in said:
            if key not in known:
                raise self._error(where, key, f"{key} is not understood here")

    def _unit(self, said: Mapping[str, Any], where: str, unit: str) -> None:
        if str(said.get("unit", "")) != unit:
            raise self._error(where, "unit", f'write the unit of the limit, unit = "{unit}"')

    def _number(self, said: Mapping[str, Any], where: str, key: str) -> Decimal:
        value = said.get(key)
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(value, bool) or not number.is_finite():
            raise self._error(where, key, f"{key} must be a number")
        return number

    def _inside(self, ends: Mapping[str, Decimal | None], analyte: Analyte, unit: str, where: str) -> None:
        """Refuse an end outside the plausible range, which is stated in one unit and converted exactly."""
        ratio = derive_factor(analyte, unit, analyte.range_unit)
        low, high = analyte.plausible_low, analyte.plausible_high
        for side, number in ends.items():
            if number is None:
                continue
            compared = number * ratio
            if (low is not None and compared < low) or (high is not None and compared > high):
                reason = f"{number:f} {unit} lies outside what is plausible for {analyte.label}"
                raise self._error(where, side, reason)

    def _override(self, said: Mapping[str, Any], where: str, before: str) -> Override:
        whole = {key: self._said.get(key) for key in ("clinic", "approved_by", "approved_on", "why")} | {
            key: said[key] for key in ("approved_by", "approved_on", "why") if key in said
        }
        for key, value in whole.items():
            good = isinstance(value, date) if key == "approved_on" else bool(str(value or "").strip())
            if not good:
                what = "a date such as 2026-10-01" if key == "approved_on" else "a text"
                raise self._error(where, "", f"{key} is missing: {what}, for the file or for this entry")
        return Override(
            str(whole["clinic"]).strip(),
            str(whole["approved_by"]).strip(),
            str(whole["approved_on"]),
            str(whole["why"]).strip(),
            before,
        )

    def _error(self, where: str, key: str, reason: str) -> OverridesError:
        return OverridesError(self._name, self._line(where, key), reason)

    def _line(self, where: str, key: str) -> int | None:
        """Line of a key of a table, else of the table itself."""
        name, _, number = where.partition("#")
        if not name:
            entry = re.compile(rf"\s*(\[\[?\s*)?{re.escape(key)}\b")
            return next((line for line, text in enumerate(self._lines, 1) if entry.match(text)), None)
        header = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]\]?\s*(#.*)?$")
        starts = [line for line, text in enumerate(self._lines, 1) if header.match(text)]
        start = starts[int(number or 0)] if len(starts) > int(number or 0) else None
        if start is None:
            last = name.rpartition(".")[2]
            return next(
                (n for n, text in enumerate(self._lines, 1) if re.match(rf"\s*\"?{re.escape(last)}\b", text)),
                None,
            )
        for line in range(start + 1, len(self._lines) + 1):
            text = self._lines[line - 1]
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", text):
                return line
            if re.match(r"\s*\[", text):
                break
        return start or None


def _printed(limit: Limit) -> str:
    """The numbers of a limit as its source prints them: "75 ug/L", "75 to 100 ug/L"."""
    ends = [f"{end:f}" for end in (limit.low, limit.high) if end is not None]
    return f"{' to '.join(ends)} {limit.unit}"


def _neighbours(one: Limit, other: Limit) -> bool:
    """Whether two limits may share an edge: where iron is considered ends, inflammation is looked at."""
    codes = {one.population, other.population}
    alike = (one.analyte, one.unit) == (other.analyte, other.unit)
    return alike and (len(codes) == 1 or codes <= _READ_TOGETHER)


def _shared(before: Limit, after: Limit, now: Limit, other: Limit) -> dict[str, Decimal]:
    """Edges of another limit that lay on a moved edge of this one: side → where they belong now."""
    edges: dict[str, Decimal] = {}
    if before.high is not None and after.high is not None and after.high != before.high:
        if other.low == before.high and other.low_op == _ACROSS.get(before.high_op) and now.low != after.high:
            edges["low"] = after.high
    if before.low is not None and after.low is not None and after.low != before.low:
        if other.high == before.low and _ACROSS.get(other.high_op) == before.low_op and now.high != after.low:
            edges["high"] = after.low
    return edges
