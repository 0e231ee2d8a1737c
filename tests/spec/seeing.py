"""How colours are seen: WCAG contrast, and what deuteranopia, protanopia and a grey print make of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

Colour = tuple[float, float, float]  # sRGB, each 0 to 1

# Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision deficiency,
# IEEE Trans Vis Comput Graph 2009;15(6):1283-91: full dichromacy (severity 1.0), on linear RGB.
_PROTANOPIA = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
_DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)


def read(text: str, ground: Colour = (1.0, 1.0, 1.0)) -> Colour:
    """A colour written as #rrggbb, rgb(…) or rgba(…), laid on `ground` where it is not opaque."""
    if text.startswith("#"):
        return tuple(int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))  # type: ignore[return-value]
    red, green, blue, *opacity = (float(one) for one in re.findall(r"[\d.]+", text))
    cover = opacity[0] if opacity else 1.0
    laid = zip((red / 255, green / 255, blue / 255), ground, strict=True)
    return tuple(over * cover + under * (1 - cover) for over, under in laid)  # type: ignore[return-value]


def contrast(one: Colour, two: Colour) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(one) for one in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(one: float) -> float:
    return one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4


def _encoded(one: float) -> float:
    one = min(max(one, 0.0), 1.0)
    return one * 12.92 if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055


def _dichromat(matrix: tuple[Colour, ...]) -> Callable[[Colour], Colour]:
    def seen(colour: Colour) -> Colour:
        linear = [_linear(one) for one in colour]
        return tuple(
            _encoded(sum(part * one for part, one in zip(row, linear, strict=True))) for row in matrix
        )  # type: ignore[return-value]

    return seen


def _grey(colour: Colour) -> Colour:
    return (_encoded(_luminance(colour)),) * 3


SEEN: Mapping[str, Callable[[Colour], Colour]] = MappingProxyType(
    {
        "as it is": lambda colour: colour,
        "deuteranopia": _dichromat(_DEUTERANOPIA),
        "protanopia": _dichromat(_PROTANOPIA),
        "greyscale": _grey,
    }
)


def too_faint(name: str, colour: Colour, ground: Colour, least: float) -> list[str]:
    """The ways of seeing in which a colour stands less than `least` : 1 off its ground."""
    ratios = {how: contrast(seen(colour), seen(ground)) for how, seen in SEEN.items()}
    return [f"{name}, {how}: {ratio:.2f} : 1" for how, ratio in ratios.items() if ratio < least]
