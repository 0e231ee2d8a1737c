"""A report as one HTML file: no script, nothing from outside, and a policy that would refuse both."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rls_dash.report.inert import visible
from rls_dash.report.model import Paper
from rls_dash.report.page import SIZES, page_data, page_of, title_of
from rls_dash.report.shorten import Shortened

_STYLES = Path(__file__).resolve().parent / "page.css"


def html_of(printed: Shortened, paper: Paper) -> str:
    """The page of one report, for a screen and for one sheet of this paper."""
    page = page_of(printed)
    data = page_data(page)
    styles = _styles(paper, page.footer)
    policy = f"default-src 'none'; style-src 'sha256-{_digest(styles)}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="only light">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{_esc(title_of(page.as_of.removeprefix('As of ')))}</title>",
            f"<style>{styles}</style></head><body><main>",
            *_head(data),
            f"<figure>{page.svg}</figure>",
            "<h2>Latest and previous results</h2>",
            _results(data),
            '<div class="columns"><section><h2>Findings</h2>',
            *_paragraphs([data["nothing_found"]]),
            *map(_finding, data["findings"]),
            "<h2>Missing, not evaluated</h2>",
            *_paragraphs(data["missing"]),
            "</section><section><h2>Supplement cautions</h2>",
            *map(_caution, data["cautions"]),
            *_paragraphs(data["cautions_rest"]),
            "</section></div>",
            "<h2>What stands behind this page</h2>",
            *_paragraphs([" ".join(data["behind"])]),
            *_paragraphs([data["left_out"]], "left-out"),
            *_paragraphs([data["intended"]], "intended"),
            *_paragraphs([page.footer], "versions"),
            "</main></body></html>",
            "",
        ]
    )


def _styles(paper: Paper, footer: str) -> str:
    width, height = SIZES[paper]
    side = (width - 190) / 2
    margins = f"size: {width}mm {height}mm; margin: 7mm {side:.2f}mm 9mm"
    foot = "font: 6pt Arial, Helvetica, 'DejaVu Sans Condensed', sans-serif; color: #444; vertical-align: top"
    # the footer holds names of versions only; what CSS would read as its own is taken out
    words = "".join(one for one in footer if one.isalnum() or one in " .,+-\u00b7")
    return (
        f"@page {{ {margins}; @bottom-left {{ content: '{words}'; {foot} }}"
        f" @bottom-right {{ content: 'Page ' counter(page) ' of ' counter(pages); {foot} }} }}\n"
        f"{_STYLES.read_text(encoding='utf-8')}"
    )


def _digest(styles: str) -> str:
    return base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()


def _esc(text: str) -> str:
    return html.escape(visible(text), quote=True)


def _paragraphs(texts: Iterable[str], kind: str = "") -> list[str]:
    given = f' class="{kind}"' if kind else ""
    return [f"<p{given}>{_esc(text)}</p>" for text in texts if text]


def _head(data: dict[str, Any]) -> list[str]:
    facts, when, units = (_esc(data[key]) for key in ("facts", "as_of", "units"))
    return [
        f'<header><div><h1>{_esc(data["head"])}</h1> <p class="facts">{facts}</p></div>',
        f'<p class="when"><strong>{when}</strong> {units}</p></header>',
        *_paragraphs([data["sample"]], "sample"),
        *_paragraphs([data["clinic"]], "clinic"),
    ]


def _results(data: dict[str, Any]) -> str:
    head = "".join(f'<th scope="col">{_esc(words)}</th>' for words in data["result_head"])
    rows = "".join(map(_result, data["results"]))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _result(line: dict[str, Any]) -> str:
    test = f'<th scope="row">{_esc(line["test"])}</th>'
    if not line["found"]:
        return f'<tr>{test}<td colspan="5"><em>{_esc(line["latest"])}</em></td></tr>'
    converted = f" = {_esc(line['converted'])}" if line["converted"] else ""
    letter = f"<strong>{_esc(line['letter'])}</strong> " if line["letter"] else ""
    cells = [
        f"<strong>{_esc(line['latest'])}</strong>{converted}",
        _esc(line["when"]),
        f"{letter}{_esc(line['words'])}",
        _esc(line["interval"]),
        _esc(line["previous"]),
    ]
    return f"<tr>{test}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _finding(line: dict[str, Any]) -> str:
    kind = _esc(line["urgency"])
    return (
        f'<p class="finding"><span class="badge {kind.lower()}">{kind}</span> '
        f"<strong>{_esc(line['rule_id'])}</strong> {_esc(line['text'])} "
        f'<span class="muted">[{_esc(line["sources"])}] {_esc(line["more"])}</span></p>'
    )


def _caution(line: dict[str, Any]) -> str:
    items = [
        f"<li><strong>{_esc(words)}</strong></li>" for words in (*line["reasons"], *line["interactions"])
    ]
    items += [f"<li>{_esc(words)}</li>" for words in line["cautions"]]
    rest = f"{line['more']} {line['missing']}".strip()
    items += [f'<li class="muted rest">{_esc(rest)}</li>'] if rest else []
    name, state = _esc(line["label"]), _esc(line["state"])
    return f'<p class="supplement"><strong>{name}</strong>: <em>{state}</em></p><ul>{"".join(items)}</ul>'
