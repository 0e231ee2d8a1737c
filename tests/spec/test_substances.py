"""What names of supplements and medicines bring: every word of the table, at word bounds, and look-alikes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from rls_dash.context.events import Event, EventKind
from rls_dash.findings.engine import findings_of
from rls_dash.interpret import substances
from rls_dash.interpret.cautions import caution_rows
from rls_dash.interpret.limits import assess
from rls_dash.interpret.substances import NOTHING, folded, substances_of, words_in
from rls_dash.knowledge import Provenance, Substance
from rls_dash.model import Evidence
from rls_dash.schema import empty_results
from tests.spec.clinic import knowledge
from tests.spec.findings.cases import case

WORDS = sorted({one.word for one in knowledge().substances})
SPOKEN_OF = frozenset(knowledge().supplements) | {one.substance for one in knowledge().interactions}


def of(name: str, kind: EventKind = EventKind.MEDICINE) -> frozenset[str]:
    return substances_of(Event("P1", kind, name), knowledge())


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


# --- laws of the table -----------------------------------------------------------------------------------


def test_every_word_is_found_alone_and_in_a_longer_name() -> None:
    for word in WORDS:
        expected = {one.substance for one in knowledge().substances if one.word == word} - {NOTHING}
        if NOTHING in {one.substance for one in knowledge().substances if one.word == word}:
            expected = set()
        assert of(word) == expected, word
        assert of(f"xyz {word.upper()}, 20 tablets") == expected, word


def test_no_word_is_found_inside_another_word() -> None:
    single = [word for word in WORDS if word.isalpha()]
    assert len(single) > 500
    assert [word for word in single if of(f"q{word}") | of(f"{word}q") | of(f"q{word}q")] == []


def test_no_single_word_of_one_class_hides_inside_one_of_another() -> None:
    """The words themselves are the likeliest look-alikes: spironolactone holds "iron"."""
    single = {word for word in WORDS if word.isalpha()}
    holders = {(short, long) for short in single for long in single if short != long and short in long}
    assert ("iron", "spironolactone") in holders, "the example of the law is gone"
    wrong = [
        (short, long)
        for short, long in holders
        if {one.word for one in words_in(long, knowledge())} & {short}
    ]
    assert wrong == []


def test_spellings_that_fold_together_mean_the_same() -> None:
    classes: dict[str, set[frozenset[str]]] = {}
    for word in WORDS:
        key = " ".join(folded(word).replace("-", " ").split())
        classes.setdefault(key, set()).add(
            frozenset(one.substance for one in knowledge().substances if one.word == word)
        )
    assert {key: found for key, found in classes.items() if len(found) > 1} == {}


def test_every_supplement_and_every_interaction_has_words() -> None:
    assert SPOKEN_OF - {one.substance for one in knowledge().substances} == frozenset()


# --- names as they are written ---------------------------------------------------------------------------

NAMES = """
    ferrous sulfate                       | iron iron_salt
    Ferrous Sulphate 200mg tablets        | iron iron_salt
    ferrous sulfate, elemental iron       | iron iron_salt elemental_iron
    Eisen(II)-sulfat                      | iron iron_salt
    Tardyferon B9                         | iron iron_salt folate
    sulfate ferreux                       | iron iron_salt
    hierro                                | iron
    Ferinject                             | iron
    IRON SUCROSE                          | iron
    magnesium citrate                     | magnesium magnesium_salt
    Magnesium400mg                        | magnesium
    Magnesiumcitrat 300                   | magnesium magnesium_salt
    Magnésium                             | magnesium
    óxido de magnesio                     | magnesium magnesium_salt
    Magne B6                              | magnesium magnesium_salt vitamin_b6
    vitamin B-6                           | vitamin_b6
    vitamin B6 in two products            | vitamin_b6
    Pyridoxin 40 mg                       | vitamin_b6
    B12                                   | vitamin_b12
    hydroxocobalamin                      | vitamin_b12
    folic acid                            | folate
    Folsäure                              | folate
    ácido fólico                          | folate
    acide folique                         | folate
    calcium folinate                      | folate
    Vitamin C1000                         | vitamin_c
    vit. E                                | vitamin_e
    B-complex                             | vitamin_b6 vitamin_b12 folate
    L-Thyroxin Henning 75                 | levothyroxine
    Lévothyroxine                         | levothyroxine
    Eutirox                               | levothyroxine
    co-careldopa                          | levodopa
    levodopa/carbidopa                    | levodopa
    Stalevo                               | levodopa entacapone
    Neupro patch                          | dopamine_agonist
    Pramipexol                            | dopamine_agonist
    doxycycline                           | tetracycline
    ciprofloxacino                        | quinolone
    Alendronsäure                         | bisphosphonate
    mycophenolate mofetil                 | mycophenolate
    methyldopa                            | methyldopa
    D-penicillamine                       | penicillamine
    warfarin                              | anticoagulant
    acide acétylsalicylique               | antiplatelet
    Haldol                                | dopamine_blocker
    promethazine                          | dopamine_blocker sedating_antihistamine
    diphenhydramine                       | sedating_antihistamine
    Mirtazapin                            | antidepressant mirtazapine
    Sertralina                            | antidepressant
    lithium carbonate                     | lithium
    esomeprazole                          | ppi
    Furosemid                             | diuretic
    spironolactone                        | diuretic potassium_sparing_diuretic
    metformine                            | metformin
    protoxyde d'azote                     | nitrous_oxide
    MTX                                   | methotrexate
    Phénytoïne                            | antiepileptic phenytoin
    Biotine                               | biotin
    calcium carbonate                     | antacid calcium
    milk of magnesia                      | magnesium magnesium_salt antacid
    nitrofurantoin                        | nitrofurantoin
    eltrombopag                           | eltrombopag
    sodium fluoride                       | fluoride
    alcohol                               | alcohol
    Koffein                               | caffeine
"""


@pytest.mark.parametrize(("name", "expected"), rows(NAMES))
def test_names_bring_what_is_in_them(name: str, expected: str) -> None:
    assert of(name) == frozenset(expected.split())


LOOK_ALIKES = """
    environmental allergen drops | a word inside a word
    penicillin V                 | not penicillamine
    acetylcysteine               | not cystine, no vitamin C
    nicotinic acid               | not nicotine
    folliculin                   | not folate
    cobalt                       | not cobalamin
    ferritin                     | the test, not the supplement
    Fermathron                   | not the French fer
    hydrocortisone               | no diuretic
    lithotripsy                  | not lithium
    wellbutrin (bupropion)       | left out on purpose
    trazodone                    | left out on purpose
    domperidone                  | left out on purpose
    cetirizine                   | does not sedate much
    vitamin D3                   | no vitamin of the table
    vitamin B1                   | no vitamin of the table
    vitamin K2                   | no vitamin of the table
    magnesium stearate           | filler
    iron oxide red               | dye
    atorvastatin calcium         | salt of a statin
    amlodipine (calcium channel blocker) | no calcium
    zinc oxide cream             | on the skin
    hepatitis B 12 mcg vaccine   | not B12
    alcohol-free mouthwash       | without
    decaf coffee                 | without
    salbutamol inh               | not isoniazid
    pregabalin 75 mg supplement  | mg is a unit
"""


@pytest.mark.parametrize(("name", "why"), rows(LOOK_ALIKES))
def test_look_alikes_bring_nothing(name: str, why: str) -> None:
    assert of(name) == frozenset(), why


WITHOUT = """
    iron-free multivitamin          | iron
    multivitamin without iron       | iron
    Multivitamin ohne Eisen         | iron
    multivitamines sans fer         | iron
    esomeprazole magnesium          | magnesium
    omeprazole-magnesium 20         | magnesium
    leucovorin calcium              | calcium
    nadroparin calcium              | calcium
"""


@pytest.mark.parametrize(("name", "not_in_it"), rows(WITHOUT))
def test_what_a_name_denies_or_holds_as_a_salt_only_does_not_count(name: str, not_in_it: str) -> None:
    found = of(name)
    assert found and not_in_it not in found


def test_two_products_in_one_name_both_count() -> None:
    assert of("omeprazole 20 mg + magnesium 300 mg") >= {"ppi", "magnesium"}
    assert of("esomeprazole magnesium, magnesium citrate") >= {"ppi", "magnesium"}


def test_accents_composed_or_not_and_marks_are_alike() -> None:
    for name in ("ácido fólico", "Folsäure", "Magnésium"):
        assert of(unicodedata.normalize("NFD", name)) == of(name) != frozenset()
    assert of("vitamin_b6") == of("vitamin  B6") == of("Vitamin-B6") == {"vitamin_b6"}


def test_an_illness_brings_nothing_though_its_name_holds_the_word() -> None:
    for name in ("iron deficiency anaemia", "alcohol use disorder", "folate deficiency", "lithium toxicity"):
        assert of(name, EventKind.ILLNESS) == frozenset()
    assert of("alcohol", EventKind.MEDICINE) == {"alcohol"}


def test_words_shown_are_those_of_our_tables() -> None:
    (found,) = words_in("<b>EUTHYROX</b> 75 [x](http://example.org)", knowledge())
    assert found.word == "euthyrox"
    assert [one.word for one in words_in("iron, vitamin b12", knowledge())] == ["Iron", "Vitamin B12"]


def test_a_word_added_to_the_table_is_found_without_a_change_of_code() -> None:
    row = Substance("unobtainium", "iron", Provenance("HOUSE", "test", Evidence.BACKGROUND, "2026-11-23"))
    tables = replace(knowledge(), substances=(*knowledge().substances, row))
    event = Event("P1", EventKind.SUPPLEMENT, "Unobtainium forte")
    assert substances_of(event, tables) == {"iron"}
    assert substances_of(event, knowledge()) == frozenset()


def test_rules_read_the_same_words() -> None:
    one = case(events=["medicine|Spironolactone|25 mg", "supplement|Eisen|100 mg"])
    assert [event.name for event in one.active("iron")] == ["Eisen"]
    assert [event.name for event in one.active("diuretic")] == ["Spironolactone"]


def test_the_name_of_an_event_is_read_once_for_all_rules_and_cautions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name may be as long as a cell; reading it once a supplement took seconds."""
    read: list[str] = []
    monkeypatch.setattr(substances, "words_in", lambda name, of: read.append(name) or words_in(name, of))
    one = case("ferritin 60 ug/L", events=["supplement|iron and magnesium|65 mg|oral|2026-01-01"])
    findings_of(one)
    none = assess(empty_results(), knowledge())
    caution_rows(none, knowledge(), one.as_of, one.facts, one.events)
    assert read == ["iron and magnesium"]
    assert one.events[0] == replace(one.events[0]), "what was read is no part of the event"


def test_what_was_read_of_a_name_goes_with_its_event_and_counts_for_its_tables_only() -> None:
    other = replace(knowledge(), substances=())
    event = Event("P1", EventKind.SUPPLEMENT, "iron")
    assert substances_of(event, knowledge()) == {"iron"}
    assert substances_of(event, other) == frozenset()
