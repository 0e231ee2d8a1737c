"""The cast, first part: iron, by mouth and by vein, and inflammation."""

from __future__ import annotations

from datetime import date

from rls_dash.sample_clinic.person import Event, File, Person, Sex, Spot, only

F, M = Sex.FEMALE, Sex.MALE


def oral(start: float, stop: float | None = None) -> Event:
    """Oral iron, as the patient reports it: elemental amount."""
    return Event("supplement", "ferrous sulfate, elemental iron", "65", "mg", "oral", start, stop)


def infusion(years: float, milligrams: int = 1000) -> Event:
    """One iron infusion on one day."""
    return Event("infusion", "ferric carboxymaltose", str(milligrams), "mg", "intravenous", years, years)


IRON_CAST = (
    Person(
        "RLS-001",
        "oral_iron_response",
        "Ferritin climbs from the high teens to above 75 over two years of oral iron; saturation follows.",
        F,
        date(1982, 4, 17),
        only(File.PLAIN),
        {
            "ferritin": ((3.8, 19), (2.6, 17), (2.0, 34), (1.2, 58), (0.5, 76), (0, 84)),
            "hemoglobin": ((3.8, 12.3), (2.4, 12.2), (0, 13.4)),
        },
        (Spot("ferritin", 0, 84), Spot("transferrin_saturation", 0, 27)),
        ("ferritin", "iron_panel", "hemoglobin", "magnesium"),
        events=(oral(2.55),),
        context={"menopause": "before"},
    ),
    Person(
        "RLS-002",
        "oral_iron_response",
        "Two years of oral iron: ferritin from about 30 to just above the 75 limit.",
        F,
        date(1989, 9, 3),
        only(File.SYNTHEA),
        {"ferritin": ((3.5, 33), (2.2, 29), (1.5, 48), (0.8, 66), (0, 80))},
        (Spot("ferritin", 0, 81),),
        ("ferritin",),
        events=(oral(2.1), Event("medicine", "levothyroxine", "75", "mcg", "oral", 6.0)),
    ),
    Person(
        "RLS-003",
        "oral_iron_response",
        "A slow response: ferritin doubles on oral iron and is still below 75.",
        M,
        date(1968, 1, 29),
        only(File.FHIR),
        {"ferritin": ((3.6, 25), (1.9, 24), (1.1, 38), (0, 59))},
        (Spot("ferritin", 0, 58), Spot("transferrin_saturation", 0, 21)),
        ("ferritin", "iron_panel"),
        events=(oral(1.8),),
    ),
    Person(
        "RLS-004",
        "oral_iron_response",
        "The same course in SI units: oral iron stopped a year ago and ferritin is falling again.",
        F,
        date(1977, 6, 11),
        only(File.GERMAN),
        {"ferritin": ((3.7, 20), (3.0, 24), (2.2, 52), (1.3, 82), (0.9, 78), (0, 55))},
        (Spot("ferritin", 0, 54),),
        ("ferritin", "iron_panel"),
        events=(oral(3.0, 1.1),),
    ),
    Person(
        "RLS-005",
        "iv_iron_slow_fall",
        "Infusion two years ago: ferritin jumps above 300 at four weeks, then falls slowly to about 90.",
        F,
        date(1974, 11, 20),
        only(File.PLAIN),
        {
            "ferritin": (
                (3.8, 34),
                (2.06, 28),
                (2.04, 30),
                (1.96, 330),
                (1.7, 230),
                (1.2, 165),
                (0.6, 118),
                (0, 92),
            )
        },
        (Spot("ferritin", 1.96, 327), Spot("ferritin", 0, 91), Spot("transferrin_saturation", 0, 26)),
        ("ferritin", "iron_panel", "hemoglobin"),
        extra_visits=(2.1, 1.96, 1.72),
        events=(infusion(2.04),),
    ),
    Person(
        "RLS-006",
        "iv_iron_slow_fall",
        "Two infusions eighteen months apart; ferritin falls after each, the second time from about 250.",
        M,
        date(1965, 3, 8),
        only(File.OMOP),
        {
            "ferritin": (
                (3.6, 47),
                (2.52, 44),
                (2.44, 255),
                (1.8, 150),
                (1.02, 68),
                (0.94, 250),
                (0.4, 185),
                (0, 150),
            )
        },
        (Spot("ferritin", 0, 148),),
        ("ferritin", "iron_panel"),
        extra_visits=(2.55, 2.44, 1.05, 0.94),
        events=(oral(3.5, 2.6), infusion(2.5), infusion(1.0)),
    ),
    Person(
        "RLS-007",
        "iv_iron_slow_fall",
        "Eighteen months after an infusion ferritin is back below 75.",
        F,
        date(1985, 8, 14),
        only(File.MIMIC),
        {"ferritin": ((3.2, 21), (1.66, 18), (1.56, 245), (1.2, 150), (0.7, 92), (0, 57))},
        (Spot("ferritin", 1.7, 17), Spot("ferritin", 1.56, 241), Spot("ferritin", 0, 56)),
        ("ferritin", "hemoglobin"),
        extra_visits=(1.7, 1.56, 1.35),
        events=(infusion(1.63),),
    ),
    Person(
        "RLS-008",
        "inflammation_low_tsat",
        "Ferritin about 200 looks ample, but CRP is raised and saturation stays near 13 %.",
        F,
        date(1962, 12, 5),
        only(File.PLAIN),
        {
            "ferritin": ((3.6, 170), (0, 215)),
            "transferrin_saturation": ((3.6, 14), (0, 12)),
            "tibc": ((0, 238),),
            "crp": ((3.6, 28), (0, 41)),
            "hemoglobin": ((0, 11.2),),
        },
        (Spot("ferritin", 0, 212), Spot("transferrin_saturation", 0, 13), Spot("crp", 0, 38.4)),
        ("ferritin", "iron_panel", "crp", "hemoglobin"),
        events=(Event("illness", "rheumatoid arthritis", "", "", "", 6.1),),
        context={"menopause": "after"},
    ),
    Person(
        "RLS-009",
        "inflammation_low_tsat",
        "One pneumonia: ferritin triples with a CRP near 90 and returns to the sixties afterwards.",
        M,
        date(1971, 5, 30),
        only(File.CDISC),
        {
            "ferritin": ((3.5, 64), (1.36, 62), (1.3, 215), (1.1, 96), (0.9, 66), (0, 64)),
            "transferrin_saturation": ((3.5, 24), (1.36, 24), (1.3, 9), (1.1, 18), (0.9, 23), (0, 23)),
            "crp": ((3.5, 2), (1.36, 2), (1.3, 88), (1.1, 9), (0.9, 2), (0, 2)),
        },
        (
            Spot("ferritin", 1.3, 214),
            Spot("crp", 1.3, 88.2),
            Spot("transferrin_saturation", 1.3, 9),
            Spot("ferritin", 0, 66),
        ),
        ("ferritin", "iron_panel", "crp"),
        extra_visits=(1.3, 1.12),
        events=(Event("illness", "pneumonia", "", "", "", 1.32, 1.25),),
    ),
    Person(
        "RLS-010",
        "inflammation_low_tsat",
        "Ferritin between 75 and 150 with low saturation and a CRP that never settles, in SI units.",
        F,
        date(1969, 2, 18),
        only(File.GERMAN),
        {
            "ferritin": ((3.4, 118), (0, 142)),
            "transferrin_saturation": ((0, 14),),
            "tibc": ((0, 250),),
            "crp": ((0, 17),),
            "hemoglobin": ((0, 11.8),),
        },
        (Spot("ferritin", 0, 140), Spot("transferrin_saturation", 0, 14), Spot("crp", 0, 18.2)),
        ("ferritin", "iron_panel", "crp"),
        events=(Event("illness", "Crohn's disease", "", "", "", 9.0),),
    ),
)
