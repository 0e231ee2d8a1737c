"""What a clinician does: opens the sample, reads a patient, loads an export. In a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from reading import caution_rows, counts, go_to, open_first_patient, read_plot, upload
from watched import NARROW, WIDE, Server, settle

SAMPLE_MARK = "Sample data: fictional patients"
PANELS = ("Ferritin", "Vitamin B12", "Folate", "Magnesium")
SUPPLEMENTS = ("iron", "magnesium", "b6", "b12", "folate", "vitamin c", "vitamin e")
PAGES = ("Patients", "Patient", "Import", "Limits and sources", "About")

# Limit → axis it belongs to, its value there and the number beside it, in conventional units.
LINES = {
    "ferritin_rls_75": ("y", 75, "75"),
    "ferritin_rls_iv_100": ("y", 100, "100"),
    "b12_low_180": ("y2", 180, "180"),
    "b12_indeterminate_350": ("y2", 350, "350"),
    "folate_low_3": ("y3", 3, "3"),
    "folate_possible_4": ("y3", 4, "4"),
    "magnesium_low_075": ("y4", 1.82, "1.8"),
    "magnesium_high_105": ("y4", 2.55, "2.5"),
}

OWN_EXPORT = b"""patient_id,date,test,value,unit,reference_low,reference_high
BT-1,2025-01-10,Ferritin,42,ng/mL,30,400
BT-1,2025-06-12,Ferritin,68,ng/mL,30,400
BT-1,2025-01-10,Vitamin B12,170,pg/mL,200,900
BT-1,2025-01-10,Folate,3.4,ng/mL,4,20
BT-1,2025-01-10,Magnesium,1.6,mg/dL,1.6,2.6
BT-1,2025-01-10,Sodium,140,mmol/L,135,145
BT-1,2025-06-12,Ferritin,,ng/mL,30,400
"""


def test_it_opens_on_the_sample_clinic(page: Page) -> None:
    expect(page.get_by_text(SAMPLE_MARK)).to_be_visible()
    expect(page.get_by_role("heading", name="Patients")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


def test_a_patient_of_the_sample_opens_with_trends_and_cautions(page: Page) -> None:
    open_first_patient(page, "RLS-002")
    expect(page.locator(".st-key-banner").get_by_text("RLS-002")).to_be_visible()
    plot = read_plot(page)
    assert [title.split(",")[0] for title in plot.axis_titles] == list(PANELS)
    assert plot.panel_heights[0] > max(plot.panel_heights[1:]), "ferritin is taller"
    assert plot.points > 0
    proves_the_limits(page)
    assert len(caution_rows(page)) == len(SUPPLEMENTS)
    expect(page.get_by_text(SAMPLE_MARK)).to_be_visible()


def test_an_uploaded_export_shows_its_patient_against_the_limits(page: Page) -> None:
    go_to(page, "Import")
    upload(page, ("my labs.csv", OWN_EXPORT))
    expect(page.get_by_text(SAMPLE_MARK)).to_have_count(0)
    counts(page, 7, 5, 1, 0, 1, 0)

    page.get_by_role("button", name="Open the list of patients").click()
    settle(page)
    open_first_patient(page)
    expect(page.locator(".st-key-banner").get_by_text("BT-1")).to_be_visible()
    expect(page.locator(".st-key-banner").get_by_text("my labs.csv")).to_be_visible()
    proves_the_limits(page)
    proves_the_cautions(page)


def proves_the_limits(page: Page) -> None:
    """Every limit line is drawn at its value, across the panel, with its number and source beside it."""
    plot = read_plot(page)
    missing = LINES.keys() - plot.lines.keys()
    assert not missing, f"not drawn: {sorted(missing)}"
    wrong = []
    for name, (axis, value, number) in LINES.items():
        line, label = plot.lines[name], plot.labels.get(name, "")
        if line.axis != axis or abs(line.value - value) > 0.01 * value:
            wrong.append(f"{name} stands at {line.value} of {line.axis}")
        if abs(line.top - line.wanted_top) > 2 or line.width < 300 or not line.visible:
            wrong.append(f"not drawn as a line: {line}")
        if number not in label:
            wrong.append(f"{name}: {number} is not in its label {label!r}")
    assert not wrong, "\n".join(wrong)
    assert "AASM 2025" in plot.labels["ferritin_rls_75"]


def proves_the_cautions(page: Page) -> None:
    """All seven supplements stand in the table, those the results bring up first, with the reason."""
    rows = caution_rows(page)
    names = [row[0].casefold() for row in rows]
    assert len(rows) == len(SUPPLEMENTS)
    unnamed = [word for word in SUPPLEMENTS if not any(word in name for name in names)]
    assert not unnamed, f"not in the table: {unnamed}"
    relevant = ["relevant" in name for name in names]
    assert relevant == sorted(relevant, reverse=True), "relevant rows come first"
    iron = next(name for name in names if "iron" in name)
    assert "relevant" in iron and "68" in iron and "75" in iron, iron
    assert all(row[-1].strip() for row in rows), "every supplement has its cautions"


def test_the_unit_switch_changes_values_and_limits_together(page: Page) -> None:
    go_to(page, "Import")
    upload(page, ("labs.csv", OWN_EXPORT))
    go_to(page, "Patient")
    assert "pg/mL" in read_plot(page).axis_titles[1]
    page.get_by_role("radio", name="SI").or_(page.get_by_role("button", name="SI", exact=True)).first.click()
    settle(page)
    expect(page.locator(".js-plotly-plot .g-y2title").first).to_contain_text("pmol/L")
    plot = read_plot(page)
    assert "133" in plot.labels["b12_low_180"], "the source's own number in pmol/L"
    assert "0.75" in plot.labels["magnesium_low_075"]


@pytest.mark.parametrize("patient", ["RLS-002", "RLS-009", "RLS-045"])
def test_no_text_of_the_figure_covers_another_or_is_cut_off(page: Page, patient: str) -> None:
    open_first_patient(page, patient)
    collisions = read_plot(page).collisions
    assert not collisions, "\n".join(collisions)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "1024"])
def test_every_page_opens_clean(
    new_page: Callable[..., Page], server: Server, scheme: str, size: dict[str, int]
) -> None:
    page = new_page(scheme, size)
    page.goto(server.address)
    settle(page)
    background = page.get_by_test_id("stApp").evaluate("element => getComputedStyle(element).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    for name in PAGES:
        go_to(page, name)
        expect(page.get_by_test_id("stMain").locator("h1, h2, .st-key-banner").first).to_be_visible()
        assert page.get_by_test_id("stException").count() == 0, name
        assert page.get_by_text("could not be shown").count() == 0, name
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name} scrolls sideways by {wide} px"


def test_every_page_can_be_opened_by_its_address(new_page: Callable[..., Page], server: Server) -> None:
    page = new_page()
    page.goto(server.address)
    settle(page)
    links = page.get_by_test_id("stTopNavLink").or_(page.locator("[data-testid=stSidebarNavLink]"))
    addresses = [link.get_attribute("href") for link in links.all()]
    assert len(addresses) == len(PAGES)
    for address in addresses:
        page.goto(address if "://" in (address or "") else f"{server.address}/{(address or '').lstrip('./')}")
        settle(page)
        assert page.get_by_text("Page not found").count() == 0, address


NASTY = (
    '![x](http://evil.example/a.png) <img src="http://evil.example/b.png"> '
    "[l](http://evil.example) $x$ :red[r] :material/home:"
)


def test_text_of_a_file_loads_nothing_and_becomes_no_markup(page: Page) -> None:
    quoted = '"' + NASTY.replace('"', '""') + '"'
    rows = [
        "patient_id,date,test,value,unit,laboratory",
        f"{quoted},2025-01-10,Ferritin,42,ng/mL,{quoted}",
        f"{quoted},2025-03-10,Ferritin,52,ng/mL,other",
        f"{quoted},2025-01-10,{quoted},5,ng/mL,{quoted}",
        f"{quoted},2025-01-10,Magnesium,0.8,{quoted},{quoted}",
    ]
    go_to(page, "Import")
    upload(page, ("<img src=x>.csv", "\n".join(rows).encode()))
    for name in PAGES:
        go_to(page, name)
        sources = page.locator("[data-testid=stMain] img").evaluate_all("all => all.map(one => one.src)")
        assert not [source for source in sources if "evil" in source], name
        links = page.locator("[data-testid=stMain] a[href*='evil.example']")
        assert links.count() == 0, f"{name}: text of the file became a link"


def test_what_is_no_export_is_refused_in_words(page: Page) -> None:
    go_to(page, "Import")
    upload(page, ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))))
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_be_visible()
    words = page.get_by_test_id("stMain").inner_text()
    assert "picture.csv" in words.replace("\u2060", "")
    assert "Traceback" not in words and "Error" not in words
