"""Coordinates typed by a person."""

from __future__ import annotations

import click


class Point(click.ParamType["tuple[float, float]"]):
    """``lon,lat`` in degrees."""

    name = "LON,LAT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Read the pair; say what is wrong with it and how it is written."""
        if isinstance(value, tuple):
            return value
        try:
            x, y = (float(part) for part in str(value).replace("，", ",").split(","))
        except ValueError:
            self.fail(
                f"“{value}”不是坐标；请写成 经度,纬度，例如 110.85,36.07"
                f" / '{value}' is no coordinate; write lon,lat, for example 110.85,36.07",
                param,
                ctx,
            )
        return x, y
