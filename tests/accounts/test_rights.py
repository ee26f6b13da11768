"""What roles may do, where a county's border ends it, and what others see of contacts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.accounts import masked
from gisapp.accounts.masking import hidden
from gisapp.rights import (
    BOUND_TO_COUNTY,
    RIGHT_LABELS,
    ROLE_LABELS,
    ROLE_RIGHTS,
    Actor,
    ForbiddenError,
    Right,
    Role,
    system_actor,
)

COUNTIES = st.one_of(st.none(), st.from_regex(r"\A[0-9]{6}\Z"))


def actor(role: Role, county: str | None = None) -> Actor:
    return Actor(
        login=role, name=role, role=role, county=county, agency=None, rights=ROLE_RIGHTS[role]
    )


def test_every_role_and_right_has_a_name_in_both_languages() -> None:
    assert set(ROLE_LABELS) == set(ROLE_RIGHTS) == set(Role)
    assert set(RIGHT_LABELS) == set(Right)


@pytest.mark.parametrize("role", Role)
def test_everyone_may_look_and_only_the_administrator_everything(role: Role) -> None:
    rights = ROLE_RIGHTS[role]
    assert Right.VIEW in rights
    assert (rights == frozenset(Right)) is (role is Role.ADMINISTRATOR)
    assert (Right.MANAGE_ACCOUNTS in rights) is (role is Role.ADMINISTRATOR)


@given(own=st.from_regex(r"\A[0-9]{6}\Z"), county=COUNTIES, right=st.sampled_from(Right))
def test_a_county_editor_writes_in_its_own_county_only(
    own: str, county: str | None, right: Right
) -> None:
    editor = actor(Role.COUNTY_EDITOR, own)
    allowed = right in ROLE_RIGHTS[Role.COUNTY_EDITOR]
    ends_at_border = right in BOUND_TO_COUNTY
    assert editor.may(right) is allowed
    assert editor.may(right, county=county) is (allowed and (not ends_at_border or county == own))


@given(county=COUNTIES, right=st.sampled_from(Right), role=st.sampled_from(Role))
def test_whoever_has_no_county_is_bound_to_none(
    county: str | None, right: Right, role: Role
) -> None:
    assert actor(role).may(right, county=county) is (right in ROLE_RIGHTS[role])
    assert system_actor("root").may(right, county=county)


@given(right=st.sampled_from(Right), role=st.sampled_from(Role), own=COUNTIES, county=COUNTIES)
def test_refusing_is_what_may_denies(
    right: Right, role: Role, own: str | None, county: str | None
) -> None:
    who = actor(role, own)
    if who.may(right, county=county):
        who.require(right, county=county)
        return
    with pytest.raises(ForbiddenError) as refused:
        who.require(right, county=county)
    across = right in who.rights
    assert refused.value.code == ("accounts.other_county" if across else "accounts.forbidden")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "861****1234"),
        ("0357-2012345", "035****2345"),
        ("2012345", "201****"),
        ("000-0000", "000****"),
        ("张三", "张**"),
        ("张", "张**"),
        ("Ann Lee", "A**"),
        ("", ""),
        (None, None),
    ],
)
def test_how_contacts_are_hidden(value: object, shown: object) -> None:
    assert hidden(value) == shown


@given(st.text(alphabet="0123456789", min_size=5, max_size=14))
def test_at_least_three_figures_of_a_number_stay_unknown(number: str) -> None:
    shown = hidden(number)
    assert isinstance(shown, str)
    known = sum(one.isdigit() for one in shown)
    assert known <= max(3, len(number) - 4)
    assert "****" in shown


def test_only_private_fields_are_hidden_and_only_from_those_without_the_right() -> None:
    record = {"name": "甲队", "county": "990001", "contact_phone": "13812341234"}
    private = {"contact_phone"}
    hidden_record = {**record, "contact_phone": "138****1234"}
    assert masked(record, private=private, actor=actor(Role.VIEWER)) == hidden_record
    assert masked(record, private=private, actor=actor(Role.DUTY_OFFICER)) == record
    editor = actor(Role.COUNTY_EDITOR, "990001")
    assert masked(record, private=private, actor=editor) == record
    elsewhere = replace(editor, county="990002")
    assert masked(record, private=private, actor=elsewhere) == hidden_record
    nowhere = {**record, "county": None}
    assert masked(nowhere, private=private, actor=editor)["contact_phone"] == "138****1234"
