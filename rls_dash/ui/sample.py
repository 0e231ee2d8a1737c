"""The sample clinic in data/samples: fictional patients, with a day of reading of its own."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from rls_dash.answers import AnswerBook, ReadOptions
from rls_dash.knowledge import Knowledge, load_knowledge
from rls_dash.pipeline import InputFile
from rls_dash.ui.loading import Loaded, load

DIRECTORY = Path(__file__).resolve().parents[2] / "data" / "samples"
CLINIC = "clinic.toml"
_READING = Lock()


@dataclass(frozen=True)
class Story:
    """What a sample patient was made to show."""

    title: str
    what_to_see: str


@cache
def _clinic() -> Mapping[str, Any]:
    return tomllib.loads((DIRECTORY / CLINIC).read_text(encoding="utf-8"))


@cache
def files() -> tuple[InputFile, ...]:
    """The exports of the sample clinic, and what is known of its patients beside them."""
    names = [*_clinic()["exports"], *(_clinic()[kind] for kind in ("patients", "events", "scores"))]
    return tuple(InputFile(name, (DIRECTORY / name).read_bytes()) for name in names)


@cache
def as_of() -> date:
    """The day on which the sample clinic is read."""
    return date.fromisoformat(_clinic()["as_of"])


@cache
def _plain() -> Loaded:
    """The sample clinic as it is; fictional, so it may be shared by all sessions of this process."""
    return load(files(), ReadOptions(as_of=as_of()), as_of(), is_sample=True)


def ready() -> Loaded:
    """The sample clinic as it is, read once: a page that asks meanwhile waits for the reading under way."""
    with _READING:
        return _plain()


def read_with(book: AnswerBook, knowledge: Knowledge) -> Loaded:
    """The sample clinic read with these answers and these tables."""
    found = ready()
    layouts = {file.layout for file in found.analysis.files} | {
        one.layout for one in found.analysis.questions
    }
    untouched = not book.everywhere.given() and not layouts & book.layouts.keys()
    if untouched and knowledge is load_knowledge():
        return found
    return load(found.inputs, ReadOptions(found.as_of, book), found.as_of, True, knowledge)


@cache
def stories() -> Mapping[str, tuple[Story, ...]]:
    """Patient id → stories; a patient of the clinic may also show a fault in an export."""
    told: dict[str, tuple[Story, ...]] = {}
    for row in csv.DictReader(io.StringIO((DIRECTORY / _clinic()["stories"]).read_text(encoding="utf-8"))):
        story = Story(row["title"], row["what_to_see"])
        told[row["patient_id"]] = (*told.get(row["patient_id"], ()), story)
    return told
