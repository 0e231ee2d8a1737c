"""A part of a page that is not drawn before it is opened: what is folded away must not slow the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from rls_dash.ui import state


@contextmanager
def folded(label: str, key: state.Widget) -> Iterator[bool]:
    """True while it is open; the caller draws its content only then. It stays open for the next patient."""
    fold = st.expander(label, key=key, on_change="rerun")
    with fold:
        yield bool(fold.open)
