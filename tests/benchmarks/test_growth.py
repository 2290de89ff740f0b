"""The exponent is the slope of a straight line, and the picture shows every point."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pytest

from benchmarks.growth import exponent
from benchmarks.plot import Line, log_log


@pytest.mark.parametrize("power", [0.5, 1.0, 1.5, 2.0])
def test_a_power_of_the_size_has_that_exponent(power: float) -> None:
    sizes = [1_000, 3_000, 20_000, 400_000]
    assert exponent(sizes, [0.01 * size**power for size in sizes]) == pytest.approx(power)


def test_start_up_flattens_the_exponent_of_small_sizes() -> None:
    sizes = [100, 1_000, 10_000, 100_000]
    costs = [1 + size / 10_000 for size in sizes]
    assert exponent(sizes[:2], costs[:2]) < 0.1
    assert exponent(sizes[2:], costs[2:]) > 0.7


def test_one_size_has_no_exponent() -> None:
    assert math.isnan(exponent([10], [1.0]))
    assert math.isnan(exponent([10, 10], [1.0, 2.0]))


def test_the_picture_is_well_formed_and_shows_every_point() -> None:
    lines = [Line("ours & theirs", [(10, 1), (100, 4), (1_000, 90)]), Line("<b>", [(10, 0.5)])]
    picture = ET.fromstring(log_log(lines, x="articles", y="seconds"))
    space = "{http://www.w3.org/2000/svg}"
    assert len(picture.findall(f"{space}circle")) == 4
    texts = [element.text for element in picture.findall(f"{space}text")]
    assert {"ours & theirs", "<b>", "articles", "seconds"} <= set(texts)


def test_points_of_a_power_lie_on_a_straight_line() -> None:
    picture = ET.fromstring(log_log([Line("a", [(1, 2), (10, 20), (100, 200)])], x="x", y="y"))
    circles = picture.findall("{http://www.w3.org/2000/svg}circle")
    across, down = ([float(circle.attrib[name]) for circle in circles] for name in ("cx", "cy"))
    assert across[1] - across[0] == pytest.approx(across[2] - across[1], abs=0.2)
    assert down[0] - down[1] == pytest.approx(down[1] - down[2], abs=0.2)
