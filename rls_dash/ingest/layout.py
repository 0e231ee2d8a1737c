"""Fingerprints of layouts: what an answer of the user is remembered for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from rls_dash.ingest.formats import header_key
from rls_dash.ingest.header_dates import dated_column, is_stamp

LENGTH = 16


def layout_key(header: Sequence[str], label: str = "") -> str:
    """A short fingerprint of a header, the same for every file of one layout.

    Case, accents and punctuation do not count, nor do dates in headers: the next export of a table with
    one column per day has other days, and more of them.
    """
    words = list(dict.fromkeys(_word(column, cell) for column, cell in enumerate(header)))
    text = "\x1f".join([label, *words])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def _word(column: int, header: str) -> str:
    if dated := dated_column(header):
        return f"\x1e{dated[1].value}"
    # The number keeps apart two columns of one name, which are two columns of the layout.
    return f"{column}\x1e" if is_stamp(header) else f"{column}\x1e{header_key(header)}"
