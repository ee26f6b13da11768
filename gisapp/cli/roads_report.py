"""The report of a road import, for a person."""

from __future__ import annotations

from gisapp.messages import translate
from routing import ImportReport


def roads_report(report: ImportReport, lang: str) -> str:
    """What was read, kept and dropped, in `lang`."""

    def say(code: str, **params: object) -> str:
        return translate(f"cli.roads.{code}", lang, **params)

    lines = [
        say(
            "kept",
            source=report.source,
            nodes=report.nodes,
            edges=report.edges,
            streets=report.streets,
            km=sum(report.km_by_class.values()),
        )
    ]
    lines += [say("class", name=name or "—", km=km) for name, km in report.km_by_class.items()]
    if len(report.components) > 1:
        apart = sum(report.components[1:])
        lines.append(say("parts", parts=len(report.components), nodes=apart))
    lines += [translate(one.code, lang, **one.params) for one in report.remarks()]
    return "\n".join(lines)
