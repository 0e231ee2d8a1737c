"""Measurements → what each laboratory prints: rounding, conversion, measuring limits, flags."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rls_dash.sample_clinic.body import Measurement, age_on
from rls_dash.sample_clinic.catalogue import Interval, Scale, Test, tests
from rls_dash.sample_clinic.person import File, Person


@dataclass(frozen=True)
class Printed:
    """A result in one unit system, as text."""

    sign: str  # "", "<" or ">"
    number: str
    unit: str
    low: str
    high: str
    flag: str  # "", "L" or "H"

    @property
    def text(self) -> str:
        """Sign and number in one cell."""
        return self.sign + self.number


@dataclass(frozen=True)
class Line:
    """One row of an export before it takes the shape of its system."""

    person: Person
    file: File
    test: Test
    name: str
    collected: datetime
    us: Printed
    si: Printed
    status: str
    laboratory: str


def _fixed(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def printed(value: float, scale: Scale, interval: Interval) -> Printed:
    """A value of the conventional unit as a laboratory prints it on one scale."""
    number, sign = value * scale.factor, ""
    if scale.lowest is not None and number < scale.lowest:
        number, sign = scale.lowest, "<"
    elif scale.highest is not None and number > scale.highest:
        number, sign = scale.highest, ">"
    low, high = (None if side is None else side * scale.factor for side in interval)
    shown = float(_fixed(number, scale.digits))
    flag = "L" if low is not None and shown < low else "H" if high is not None and shown > high else ""
    return Printed(
        sign,
        _fixed(number, scale.digits),
        scale.unit,
        _fixed(low, scale.digits),
        _fixed(high, scale.digits),
        flag,
    )


def line(measured: Measurement) -> Line | None:
    """The row of a measurement; None when the system of that time does not report the test."""
    test, file = tests()[measured.analyte], measured.source.file
    if file not in test.names:
        return None
    age = age_on(measured.person.born, measured.collected.date())
    interval = test.interval(measured.person.sex, age)
    us = printed(measured.value, test.conventional, interval)
    # A system with two scales converts what it printed first.
    shown = float(us.number) if file is File.CDISC else measured.value
    return Line(
        person=measured.person,
        file=file,
        test=test,
        name=test.names[file],
        collected=measured.collected,
        us=us,
        si=replace(printed(shown, test.si, interval), sign=us.sign)
        if file is File.CDISC
        else printed(measured.value, test.si, interval),
        status="final",
        laboratory=measured.source.laboratory,
    )
