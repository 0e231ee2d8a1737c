"""Laws of decision limits, supplements and cautions. Each test lists every violation at once."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from rls_dash.knowledge import Knowledge, Limit, LinkRole, Origin, load_knowledge
from rls_dash.model import Flag
from rls_dash.normalise.units import factor

# limit_id → region, unit, paired, flag, rank, on_trend, lights
DECIDING = """
ferritin_rls_75               <=75       ug/L    -                 L    2 1 iron
ferritin_rls_75_source_document <75      ug/L    -                 -    - 0 -
ferritin_rls_iv_100           >75 <=100  ug/L    -                 ind. 3 1 iron
ferritin_stop_300             >300       ug/L    -                 H    1 0 iron
ferritin_child_50             <50        ug/L    -                 L    4 1 iron
b12_low_180                   <180       pg/mL   pmol/L:<133       L    1 1 vitamin_b12
b12_indeterminate_350         >=180 <=350 pg/mL  pmol/L:>=133<=258 ind. 2 1 vitamin_b12
b12_high_914                  >914       pg/mL   -                 H    3 0 vitamin_b12
folate_low_3                  <3         ng/mL   nmol/L:<7         L    1 1 folate
folate_possible_4             >=3 <4     ng/mL   nmol/L:>=7<10     ind. 2 1 folate
magnesium_low_075             <0.75      mmol/L  -                 L    1 1 magnesium
magnesium_proposed_085        >=0.75 <0.85 mmol/L -                ind. 3 1 -
magnesium_high_105            >1.05      mmol/L  -                 H    2 1 magnesium
tsat_low_20                   <20        %       -                 L    2 1 iron
tsat_stop_45                  >=45       %       -                 H    1 1 iron
crp_raised_5                  >5         mg/L    -                 H    1 0 -
hs_crp_raised_5               >5         mg/L    -                 H    1 0 -
egfr_low_60                   <60        mL/min/{1.73_m2} -        -    - 0 -
egfr_low_30                   <30        mL/min/{1.73_m2} -        -    - 0 magnesium
mma_raised_027                >0.27      umol/L  -                 -    - 0 -
homocysteine_raised_15        >15        umol/L  -                 -    - 0 -
plp_low_20                    <20        nmol/L  -                 -    - 0 vitamin_b6
plp_high_200                  >200       nmol/L  -                 -    - 0 vitamin_b6
vitamin_c_low_11              <11        umol/L  mg/dL:<0.2        -    - 0 vitamin_c
vitamin_e_low_12              <12        umol/L  ug/dL:<516,mg/dL:<0.516 - - 0 vitamin_e
holotc_low_25                 <25        pmol/L  -                 -    - 0 vitamin_b12
holotc_indeterminate_70       >=25 <=70  pmol/L  -                 -    - 0 vitamin_b12
vitamin_d_low_20              <20        ng/mL   nmol/L:<50        -    - 0 -
"""
SUPPLEMENTS = {
    "iron": Origin.SOURCE_DOCUMENT,
    "magnesium": Origin.SOURCE_DOCUMENT,
    "vitamin_b6": Origin.SOURCE_DOCUMENT,
    "vitamin_b12": Origin.SOURCE_DOCUMENT,
    "folate": Origin.SOURCE_DOCUMENT,
    "vitamin_c": Origin.SOURCE_DOCUMENT,
    "vitamin_e": Origin.SOURCE_DOCUMENT,
}
# The product reports what sources say: it neither tells anyone what to take nor names a disease.
PRESCRIBING = (
    r"\b(you should|must (take|start|stop)|start taking|take \d|prescribe|patient is|has deficiency)\b"
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def region_text(limit: Limit) -> str:
    ends = ((limit.low_op, limit.low), (limit.high_op, limit.high))
    return " ".join(f"{op}{number}" for op, number in ends if op)


def paired_text(limit: Limit) -> str:
    parts = []
    for unit, (low, high) in limit.paired.items():
        ends = ((limit.low_op, low), (limit.high_op, high))
        parts.append(f"{unit}:" + "".join(f"{op}{number}" for op, number in ends if number is not None))
    return ",".join(parts) or "-"


# --- limits --------------------------------------------------------------------------------------------


def test_limits_that_decide_flags_light_cautions_or_are_drawn(knowledge: Knowledge) -> None:
    wanted = {line.split()[0]: re.sub(r"\s+", " ", line) for line in DECIDING.strip().splitlines()}
    found = {}
    for key in wanted:
        one = knowledge.limits[key]
        found[key] = " ".join(
            [key, region_text(one), one.unit, paired_text(one), one.flag or "-", str(one.rank or "-")]
            + [str(int(one.on_trend)), one.lights or "-"]
        )
    assert found == wanted


def test_no_other_limit_decides_a_flag_lights_a_caution_or_is_drawn(knowledge: Knowledge) -> None:
    wanted = {line.split()[0] for line in DECIDING.strip().splitlines()}
    others = [key for key, one in knowledge.limits.items() if one.flag or one.on_trend or one.lights]
    assert sorted(set(others) - wanted) == []


def test_limits_lie_inside_the_plausible_range(knowledge: Knowledge) -> None:
    wrong = []
    for one in knowledge.limits.values():
        facts = knowledge.analytes[one.analyte]
        for unit, edges in {one.unit: (one.low, one.high), **one.paired}.items():
            ratio = factor(one.analyte, unit) / factor(one.analyte, facts.range_unit)
            wrong += [
                (one.limit_id, unit, edge)
                for edge in edges
                if edge is not None and not facts.plausible_low <= edge * ratio <= facts.plausible_high
            ]
    assert wrong == []


def test_paired_numbers_are_near_the_conversion(knowledge: Knowledge) -> None:
    """Sources round: 4 ng/mL is printed as 10 nmol/L, 10% above the exact figure; nothing is further off."""
    wrong = []
    for one in knowledge.limits.values():
        for unit, pair in one.paired.items():
            ratio = factor(one.analyte, one.unit) / factor(one.analyte, unit)
            for edge, printed in zip((one.low, one.high), pair, strict=True):
                if (
                    edge is not None
                    and printed is not None
                    and abs(printed / (edge * ratio) - 1) > Decimal("0.12")
                ):
                    wrong.append((one.limit_id, unit, printed, edge * ratio))
    assert wrong == []


def test_ranks_are_unique_within_an_analyte(knowledge: Knowledge) -> None:
    seen: dict[tuple[str, int], str] = {}
    twice = [
        (one.limit_id, seen[one.analyte, one.rank])
        for one in knowledge.limits.values()
        if one.rank and seen.setdefault((one.analyte, one.rank), one.limit_id) != one.limit_id
    ]
    assert twice == []


def test_flags_point_the_way_the_region_is_open(knowledge: Knowledge) -> None:
    wrong = [
        one.limit_id
        for one in knowledge.limits.values()
        if (one.flag is Flag.LOW and one.low is not None)
        or (one.flag is Flag.HIGH and one.high is not None)
        or (one.flag is Flag.INDETERMINATE and (one.low is None or one.high is None))
    ]
    assert wrong == []


def test_all_thresholds_of_the_knowledge_base_are_there(knowledge: Knowledge) -> None:
    """91 of the knowledge base, three that print a limit once more as its source does, ten of the rules."""
    assert len(knowledge.limits) == 104
    per_analyte = {
        key: sum(one.analyte == key for one in knowledge.limits.values())
        for key in ("ferritin", "vitamin_b12", "folate", "magnesium", "transferrin_saturation", "hemoglobin")
    }
    assert per_analyte == {
        "ferritin": 39,
        "vitamin_b12": 6,
        "folate": 6,
        "magnesium": 7,
        "transferrin_saturation": 9,
        "hemoglobin": 7,
    }
    mayo = knowledge.limits["ferritin_iv_76_100_mayo"]
    assert region_text(mayo) == ">=76 <=100" and "45%" in mayo.requires


def test_drawn_limits_have_a_label_that_names_number_and_source(knowledge: Knowledge) -> None:
    wrong = [
        one.limit_id
        for one in knowledge.limits.values()
        if one.on_trend and not re.fullmatch(r"[\d.]+( to [\d.]+)? \u00b7 .{5,50}", one.short_label)
    ]
    assert wrong == []


# --- supplements and cautions --------------------------------------------------------------------------


def test_five_rows_of_the_source_document_and_two_of_its_text(knowledge: Knowledge) -> None:
    assert {key: one.origin for key, one in knowledge.supplements.items()} == SUPPLEMENTS
    assert list(knowledge.supplements) == list(SUPPLEMENTS)
    assert {one.provenance.source for one in knowledge.supplements.values()} == {"SEED"}


def test_every_supplement_has_both_kinds_of_cautions_source_document_first(knowledge: Knowledge) -> None:
    wrong = []
    for key in knowledge.supplements:
        mine = sorted(
            (one for one in knowledge.cautions if one.supplement == key), key=lambda one: one.display_order
        )
        origins = [one.origin for one in mine]
        first_beyond = origins.index(Origin.BEYOND) if Origin.BEYOND in origins else 0
        orders = [one.display_order for one in mine]
        if (
            first_beyond == 0
            or Origin.SOURCE_DOCUMENT in origins[first_beyond:]
            or len(set(orders)) < len(orders)
        ):
            wrong.append(key)
    assert wrong == []


def test_origin_and_source_of_a_caution_agree(knowledge: Knowledge) -> None:
    wrong = [
        one.caution_id
        for one in knowledge.cautions
        if (one.origin is Origin.SOURCE_DOCUMENT) != (one.provenance.source == "SEED")
    ]
    assert wrong == []


def test_the_cautions_that_must_not_be_missing(knowledge: Knowledge) -> None:
    texts = {
        key: " ".join(one.text for one in knowledge.cautions if one.supplement == key) for key in SUPPLEMENTS
    }
    wanted = {
        "iron": ("haemochromatosis", "45%", "levothyroxine", "child", "CRP"),
        "magnesium": ("eGFR of 30", "quinolones", "digestion"),
        "vitamin_b6": ("12 mg", "100 mg", "nerve damage", "tingling"),
        "vitamin_b12": ("before the first dose", "methylmalonic"),
        "folate": ("B12 is checked and treated before or with folate", "1000 mcg"),
        "vitamin_c": ("end-stage renal disease", "Kidney stones"),
        "vitamin_e": ("anticoagulants", "end-stage renal disease"),
    }
    missing = [
        (key, word)
        for key, words in wanted.items()
        for word in words
        if word.lower() not in texts[key].lower()
    ]
    assert missing == []


def test_wording_reports_and_doses_are_unmistakable(knowledge: Knowledge) -> None:
    texts = {one.caution_id: one.text for one in knowledge.cautions}
    texts |= {key: f"{one.supports}. {one.consider_when}" for key, one in knowledge.supplements.items()}
    texts |= {key: f"{one.short_label}. {one.meaning}" for key, one in knowledge.limits.items()}
    prescribing = [key for key, text in texts.items() if re.search(PRESCRIBING, text, re.IGNORECASE)]
    trailing_zero = [key for key, text in texts.items() if re.search(r"\d\.\d*0\s*(mg|mcg|g)\b(?!/)", text)]
    bare_point = [key for key, text in texts.items() if re.search(r"(?<!\d)\.\d", text)]
    micrograms = [key for key, text in texts.items() if re.search(r"[\u00b5\u03bc]g(?!/)", text)]
    assert (prescribing, trailing_zero, bare_point, micrograms) == ([], [], [], [])


def test_statements_are_short_and_not_sentences_of_the_source_document(knowledge: Knowledge) -> None:
    long = [one.caution_id for one in knowledge.cautions if len(one.text) > 240]
    copied = [
        one.caution_id
        for one in knowledge.cautions
        if one.text
        in {"Monitor for potential iron overload; best absorbed with Vitamin C.", "May cause digestive upset"}
    ]
    assert (long, copied) == ([], [])


def test_every_supplement_has_an_analyte_that_shows_the_need(knowledge: Knowledge) -> None:
    primary = {one.supplement for one in knowledge.supplement_analytes if one.role is LinkRole.PRIMARY}
    assert sorted(set(knowledge.supplements) - primary) == []
    lit = {one.lights for one in knowledge.limits.values() if one.lights}
    assert sorted(set(knowledge.supplements) - lit) == []


def test_every_supplement_shows_its_source_document_cautions_and_a_few_more_beside_the_trends(
    knowledge: Knowledge,
) -> None:
    for key in knowledge.supplements:
        own = [one for one in knowledge.cautions if one.supplement == key]
        beside = [one for one in own if one.prominence == "beside_trends"]
        assert all(one in beside for one in own if one.origin is Origin.SOURCE_DOCUMENT), key
        assert 3 <= len(beside) <= 8, key
