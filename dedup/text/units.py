"""Units of measure, and when two quantities say the same.

In: quantities as (magnitude, unit, bound). Out: whether they measure the same thing and whether they agree. Must not
know texts or languages: the names of units in each language are in the lexicons.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final, NamedTuple


class Quantity(NamedTuple):
    """A number as a text states it.

    Args:
        magnitude: The number, magnitude words multiplied in; a share in percent.
        unit: Name of the unit as in the lexicons, ``ordinal`` for a place in an order, empty for a plain count.
        bound: How it is meant: empty as said, ``about``, ``over``, ``under``, or ``order`` ("thousands of").
    """

    magnitude: float
    unit: str
    bound: str


# Dimension and factor to its base unit. Dollars of all countries are one dimension: texts drop "Canadian" freely.
_SCALES: Final[dict[str, tuple[str, float]]] = {
    "mm": ("length", 0.001), "cm": ("length", 0.01), "m": ("length", 1.0), "km": ("length", 1000.0),
    "mile": ("length", 1609.344), "nmi": ("length", 1852.0), "yard": ("length", 0.9144), "ft": ("length", 0.3048),
    "in": ("length", 0.0254),
    "m2": ("area", 1.0), "km2": ("area", 1e6), "ha": ("area", 1e4), "acre": ("area", 4046.856),
    "ft2": ("area", 0.092903), "mile2": ("area", 2.589988e6),
    "m3": ("volume", 1.0), "l": ("volume", 0.001), "gallon": ("volume", 0.003785), "barrel": ("volume", 0.158987),
    "g": ("mass", 0.001), "kg": ("mass", 1.0), "t": ("mass", 1000.0), "lb": ("mass", 0.453592),
    "ounce": ("mass", 0.02835),
    "kW": ("power", 1.0), "MW": ("power", 1e3), "GW": ("power", 1e6),
    "kWh": ("energy", 1.0), "MWh": ("energy", 1e3), "GWh": ("energy", 1e6), "TWh": ("energy", 1e9),
    "km/h": ("speed", 1.0), "mph": ("speed", 1.609344), "knot": ("speed", 1.852),
    "second": ("time", 1.0), "minute": ("time", 60.0), "hour": ("time", 3600.0), "day": ("time", 86_400.0),
    "week": ("time", 604_800.0), "fortnight": ("time", 1_209_600.0),
    "month": ("time", 2_629_746.0), "year": ("time", 31_556_952.0),
    "decade": ("time", 315_569_520.0), "century": ("time", 3_155_695_200.0),
    "USD": ("dollar", 1.0), "CAD": ("dollar", 1.0), "AUD": ("dollar", 1.0),
    "GBP": ("pound", 1.0), "pence": ("pound", 0.01),
    "%": ("share", 1.0), "‰": ("share", 0.1),
    "ordinal": ("", 1.0),
}  # fmt: skip
# Months are not four weeks and years not 52: between units of time that much is play, not contradiction.
_LOOSE_TIME: Final = frozenset({"week", "fortnight", "month", "year", "decade", "century"})
_ABOUT: Final = 0.15
_OVER: Final = 0.6
"""How far the true figure may lie above "more than" it, or below "nearly" it, before it is another figure."""


def dimension(unit: str) -> str:
    """What a unit measures; an unlisted unit (a currency, a counter) measures itself.

    Examples:
        >>> dimension("km"), dimension("mile"), dimension("EUR"), dimension("")
        ('length', 'length', 'EUR', '')
    """
    return _SCALES.get(unit, (unit, 1.0))[0]


def agree(left: Quantity, right: Quantity) -> bool:
    """Whether two quantities can state the same figure.

    Rounding, "about", "more than", other units of the same dimension, a share and its complement, and a count whose
    unit one side leaves out agree. The relation is symmetric.

    Examples:
        >>> agree(Quantity(140_000, "ha", "about"), Quantity(137_400, "ha", ""))
        True
        >>> agree(Quantity(74e6, "USD", ""), Quantity(47e6, "USD", ""))
        False
        >>> (
        ...     agree(Quantity(210, "", "over"), Quantity(200, "", "over")),
        ...     agree(Quantity(1.8, "km", ""), Quantity(1800, "m", "")),
        ... )
        (True, True)
    """
    if left.unit == right.unit:
        return _near(left.magnitude, right.magnitude, left.bound, right.bound) or _complement(left, right)
    ours, factor = _SCALES.get(left.unit, (left.unit, 1.0))
    theirs, other = _SCALES.get(right.unit, (right.unit, 1.0))
    if ours != theirs:
        return (not left.unit or not right.unit) and left.magnitude == right.magnitude
    a, b = left.magnitude * factor, right.magnitude * other
    if ours == "time" and (left.unit in _LOOSE_TIME or right.unit in _LOOSE_TIME):
        return abs(a - b) <= _ABOUT * max(abs(a), abs(b)) or _near(a, b, left.bound, right.bound)
    # Converted figures are rarely round: an inch more or less is no contradiction.
    return abs(a - b) <= 0.03 * max(abs(a), abs(b)) or _near(a, b, left.bound or "about", right.bound)


def _complement(left: Quantity, right: Quantity) -> bool:
    """A third has not, two thirds have."""
    return left.unit == "%" and abs(left.magnitude + right.magnitude - 100.0) < 1.0


def _near(a: float, b: float, bound_a: str, bound_b: str) -> bool:
    if a == b or math.isclose(a, b, rel_tol=1e-6):
        return True
    if not (math.isfinite(a) and math.isfinite(b)) or a * b <= 0:
        return False
    if _covers(a, bound_a, b) or _covers(b, bound_b, a):
        return True
    if bound_a and bound_b and abs(a - b) <= 2 * _ABOUT * min(abs(a), abs(b)):
        return True
    return _rounds_to(a, b) or _rounds_to(b, a)


def _covers(stated: float, bound: str, actual: float) -> bool:
    """Whether "about", "over" or "under" ``stated`` can be said of ``actual``."""
    ratio = actual / stated
    if bound == "about":
        return 1 - _ABOUT <= ratio <= 1 + _ABOUT
    if bound == "over":
        return 1 - 1e-9 <= ratio <= 1 + _OVER
    if bound == "under":
        return 1 - _OVER / 2 <= ratio <= 1 + 1e-9
    return bound == "order" and 1 <= ratio < 1000


def _rounds_to(exact: float, rounded: float) -> bool:
    """Whether ``rounded`` is ``exact`` at fewer digits, less than a twentieth off.

    "2,104" and "2,100" are; "23" and "20" are not, unless the text says "about".
    """
    if abs(exact - rounded) > 0.05 * abs(exact):
        return False
    digits = len(f"{abs(rounded):.12g}".replace(".", "").strip("0"))
    more = len(f"{abs(exact):.12g}".replace(".", "").strip("0"))
    if digits >= more or digits > 6:
        return False
    return math.isclose(float(f"{exact:.{max(digits - 1, 0)}e}"), rounded, rel_tol=1e-9)


class Figures:
    """The quantities of one article, to be asked whether it states a figure.

    Args:
        quantities: Any number of quantities.

    Examples:
        >>> figures = Figures([Quantity(140_000, "ha", ""), Quantity(74e6, "USD", "")])
        >>> figures.state(Quantity(138_500, "ha", "about")), figures.state(Quantity(47e6, "USD", ""))
        (True, False)
    """

    def __init__(self, quantities: Iterable[Quantity]) -> None:
        self._by_dimension: dict[str, list[tuple[float, Quantity]]] = {}
        self._orders: list[Quantity] = []
        self._magnitudes: dict[float, set[str]] = {}
        for one in set(quantities):
            name, factor = _SCALES.get(one.unit, (one.unit, 1.0))
            self._by_dimension.setdefault(name, []).append((one.magnitude * factor, one))
            self._magnitudes.setdefault(one.magnitude, set()).add(name)
            if one.bound == "order":
                self._orders.append(one)
        for listed in self._by_dimension.values():
            listed.sort()
        self._answers: dict[Quantity, bool] = {}

    def state(self, value: Quantity) -> bool:
        """Whether any quantity agrees with ``value`` (see ``agree``)."""
        answer = self._answers.get(value)
        if answer is None:
            answer = self._answers[value] = self._states(value)
        return answer

    def _states(self, value: Quantity) -> bool:
        name, factor = _SCALES.get(value.unit, (value.unit, 1.0))
        same = self._magnitudes.get(value.magnitude, set())
        if name in same or "" in same or (same and not name):
            return True
        listed = self._by_dimension.get(name, [])
        base = value.magnitude * factor
        # Nothing but orders of magnitude and complements agrees with what is less than half or more than double.
        if value.bound == "order" or name == "share":
            near = listed
        else:
            low, high = bisect_left(listed, (base / 2,)), bisect_left(listed, (base * 2 + 1e-9,))
            near = listed[low:high]
        return any(agree(value, one) for _, one in near) or any(agree(value, one) for one in self._orders)
