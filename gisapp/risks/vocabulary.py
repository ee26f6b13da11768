"""The words of the risk lifecycle and the tables of what may follow what.

Sources: the five stages 识别、评估、监控、预警、处置 of the State Council's notices on managing
risks throughout; 国务院安委办〔2016〕11号 (双重预防机制: risks in four colours, hidden dangers
to closure); levels 1 to 4 = red, orange, yellow, blue as in 突发事件应对法 art. 63. The matrix
and the days between inspections are from general knowledge: a site's own may differ.
"""

from __future__ import annotations

from enum import StrEnum

from gisapp.schema import Label


class State(StrEnum):
    """Where a hazard stands in its lifecycle."""

    IDENTIFIED = "identified"
    ASSESSED = "assessed"
    MONITORED = "monitored"
    WARNING = "warning"
    DISPOSAL = "disposal"
    CLOSED = "closed"


STATES: dict[str, Label] = {
    State.IDENTIFIED: Label("识别", "Identified"),
    State.ASSESSED: Label("评估", "Assessed"),
    State.MONITORED: Label("监控", "Monitored"),
    State.WARNING: Label("预警", "Warning"),
    State.DISPOSAL: Label("处置", "Under disposal"),
    State.CLOSED: Label("销号", "Closed out"),
}

TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.IDENTIFIED: (State.ASSESSED,),
    State.ASSESSED: (State.MONITORED, State.WARNING, State.DISPOSAL, State.CLOSED),
    State.MONITORED: (State.WARNING, State.DISPOSAL, State.CLOSED),
    State.WARNING: (State.WARNING, State.DISPOSAL, State.MONITORED),
    State.DISPOSAL: (State.MONITORED, State.WARNING, State.CLOSED),
    State.CLOSED: (State.IDENTIFIED,),
}
"""What may follow each state.

A warning may follow a warning: its colour is raised or lowered. Only an assessment leads to
``ASSESSED``, and one may be made again in every state but ``CLOSED`` without leaving it.
"""

LEVELS: dict[str, Label] = {
    "1": Label("重大风险（红）", "Level 1, red"),
    "2": Label("较大风险（橙）", "Level 2, orange"),
    "3": Label("一般风险（黄）", "Level 3, yellow"),
    "4": Label("低风险（蓝）", "Level 4, blue"),
}

COLOURS: dict[str, Label] = {
    "1": Label("红色预警", "Red warning"),
    "2": Label("橙色预警", "Orange warning"),
    "3": Label("黄色预警", "Yellow warning"),
    "4": Label("蓝色预警", "Blue warning"),
}


class Method(StrEnum):
    """How a level was found."""

    STATUTORY = "statutory"
    MATRIX = "matrix"
    JUDGED = "judged"


METHODS: dict[str, Label] = {
    Method.STATUTORY: Label("按法定分级", "By its statutory grade"),
    Method.MATRIX: Label("风险矩阵", "Risk matrix"),
    Method.JUDGED: Label("专家研判", "Judged by experts"),
}

LIKELIHOODS: dict[str, Label] = {
    "1": Label("1 极不可能", "1 rare"),
    "2": Label("2 不太可能", "2 unlikely"),
    "3": Label("3 可能", "3 possible"),
    "4": Label("4 很可能", "4 likely"),
    "5": Label("5 几乎必然", "5 almost certain"),
}

CONSEQUENCES: dict[str, Label] = {
    "1": Label("1 轻微", "1 minor"),
    "2": Label("2 一般", "2 moderate"),
    "3": Label("3 较大", "3 serious"),
    "4": Label("4 重大", "4 major"),
    "5": Label("5 特别重大", "5 catastrophic"),
}

MATRIX: tuple[tuple[int, ...], ...] = (
    # consequence 1  2  3  4  5
    (4, 4, 4, 4, 3),  # likelihood 1
    (4, 4, 3, 3, 2),
    (4, 3, 3, 2, 2),
    (4, 3, 2, 2, 1),
    (3, 2, 2, 1, 1),  # likelihood 5
)
"""Level by likelihood (row) and consequence (column), each 1 to 5.

GB/T 27921 (风险管理 风险评估技术) names the consequence/likelihood matrix; its cells are for the
user to set. These follow the product: ≥20 red, ≥10 orange, ≥5 yellow, below blue — from
general knowledge, as commonly used in 双重预防 guidance.
"""


def matrix_level(likelihood: int, consequence: int) -> int:
    """Level of a risk by the matrix, 1 (red) to 4 (blue).

    Parameters
    ----------
    likelihood, consequence
        1 to 5 each.
    """
    return MATRIX[likelihood - 1][consequence - 1]


class TicketState(StrEnum):
    """Where a hidden danger stands."""

    OPEN = "open"
    RECTIFYING = "rectifying"
    RECTIFIED = "rectified"
    CHECKED = "checked"
    CLOSED = "closed"


TICKET_STATES: dict[str, Label] = {
    TicketState.OPEN: Label("待整改", "Open"),
    TicketState.RECTIFYING: Label("整改中", "Being rectified"),
    TicketState.RECTIFIED: Label("待复查", "Rectified, to be checked"),
    TicketState.CHECKED: Label("复查合格", "Checked"),
    TicketState.CLOSED: Label("已销号", "Closed"),
}

TICKET_TRANSITIONS: dict[TicketState, tuple[TicketState, ...]] = {
    TicketState.OPEN: (TicketState.RECTIFYING,),
    TicketState.RECTIFYING: (TicketState.RECTIFIED,),
    TicketState.RECTIFIED: (TicketState.CHECKED, TicketState.RECTIFYING),
    TicketState.CHECKED: (TicketState.CLOSED, TicketState.OPEN),
    TicketState.CLOSED: (TicketState.OPEN,),
}
"""What may follow each state of a ticket; back to ``OPEN`` is a reopening."""

TICKET_ACTIONS: dict[str, Label] = {
    TicketState.OPEN: Label("重新立案", "Reopen"),
    TicketState.RECTIFYING: Label("开始整改", "Begin rectifying"),
    TicketState.RECTIFIED: Label("报请复查", "Report as rectified"),
    TicketState.CHECKED: Label("复查合格", "Checked and found good"),
    TicketState.CLOSED: Label("销号", "Close"),
}

TICKET_GRADES: dict[str, Label] = {
    "general": Label("一般隐患", "General"),
    "major": Label("重大隐患", "Major"),
}

RESULTS: dict[str, Label] = {
    "sound": Label("未发现异常", "Nothing amiss"),
    "abnormal": Label("发现异常", "Something amiss"),
}

CADENCE_DAYS: dict[str, tuple[int, int, int, int]] = {
    "geohazard": (10, 15, 30, 90),
    "hazard_source": (30, 30, 90, 180),
    "mine": (30, 30, 90, 180),
    "tailings_pond": (15, 30, 60, 90),
    "reservoir": (15, 30, 60, 90),
    "crowded_place": (30, 90, 180, 365),
}
"""Days between two inspections by kind, for levels 1 to 4 (general knowledge; a site changes
them in the table ``inspection_cadence``)."""
