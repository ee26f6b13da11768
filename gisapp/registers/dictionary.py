"""The data dictionary, written from the descriptions that importer and popups use."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Column, Table

from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.kinds import BASE_KINDS, KINDS, RESOURCE_KINDS
from gisapp.registers.rules import alternatives
from gisapp.schema import Label

TITLE = "# 数据字典 Data dictionary\n"

INTRODUCTION = """
本页由 `docs/write_data_dictionary.py` 依据程序中的登记项说明生成，请勿手改。导入文件的表头可用
“字段”一列的英文名、“名称”一列的中文名，或列出的别名；表头后括号内的单位会被忽略。

Written by `docs/write_data_dictionary.py` from the descriptions in the program; do not edit by
hand. The header of a file to import may be the field, the Chinese or English name, or an alias;
a unit in brackets after it is passed over.

- **必填 required** ●：空缺即报错 an empty cell is a fault；◐：仅当另一字段已填时必填
  needed where the field it explains is filled；◑：两项中必填且只填一项 exactly one of the two.
- **隐私 private** ◇：仅对需要联系的人员显示 shown only to those who need to call.
- **类型 type**:
  `text` 文字, `integer` 整数, `number` 数值, `boolean` 0/1（是/否）, `date` `2024-05-31`,
  `code` 单个代码或其中英文名称 a code or its name,
  `tags` 多个代码，分号分隔 codes joined by `;`, `counts` `heavy:4;light:2`,
  `coordinate` 坐标（存于 `geom`）,
  `grade` 读取时按规则计算，不导入、不存储；人工认定的等级优先，并保留计算值 `…_computed`
  computed whenever read, never imported or stored; an override is read instead, and the
  computed one stays beside it as `…_computed`.
- 界限值按法规“以上”含本数 bounds are inclusive, as 以上 reads. 依据中注明 general knowledge
  者未核对原文，使用前请核对 a source so marked was not read in the standard: check it before use.
- 核实周期为本系统的缺省值 the days after which a record is to be verified again are defaults of
  this product.
- 每个登记表另有 every register also has `fid`, `geom`, `version`, `updated_at`, `retired_at`,
  `retired_by`, `retire_reason`（见末节 last section）；记录只停用、不删除
  records are retired, never deleted.
- 更新已有记录时，文件中没有的列保持原值，空单元格则清空。
  On an update a column that the file does not have stays as it is; an empty cell empties it.
"""


def data_dictionary(tables: Sequence[Table]) -> str:
    """Write the dictionary of `tables` as Markdown, in Chinese and English.

    Parameters
    ----------
    tables
        All tables of the database. A column is documented by the description of its register
        or by its own ``info["doc"]``.

    Raises
    ------
    LookupError
        A column is documented by neither.
    """
    parts = [TITLE, INTRODUCTION, "\n## 资源与风险 Resources and hazards\n"]
    parts += [_kind(kind) for kind in RESOURCE_KINDS.values()]
    parts.append("\n## 底图 Base map\n")
    parts += [_kind(kind) for kind in BASE_KINDS.values()]
    parts.append("\n## 代码 Codes\n")
    parts += _vocabularies()
    parts.append("\n## 其余各列 Other columns of the database\n")
    parts.append("\n| 表 table | 列 column | 类型 type | 含义 | meaning |\n|---|---|---|---|---|\n")
    for table in sorted(tables, key=lambda item: item.name):
        described = _described(table.name)
        for column in table.columns:
            if column.name not in described:
                doc = _own_doc(table, column)
                parts.append(
                    f"| `{table.name}` | `{column.name}` | {column.type.compile()} "
                    f"| {doc.zh} | {doc.en} |\n"
                )
    return "".join(parts)


def _described(table: str) -> set[str]:
    kind = KINDS.get(table)
    return set() if kind is None else {field.name for field in kind.stored()}


def _own_doc(table: Table, column: Column[object]) -> Label:
    doc: Label | None = column.info.get("doc")
    if doc is None:
        raise LookupError(f"{table.name}.{column.name} is not documented")
    return doc


def _kind(kind: Kind) -> str:
    days = kind.verify_every_days
    due = "" if days is None else f" 每 {days} 天核实一次 Verified every {days} days."
    head = (
        f"\n### {kind.label.zh} {kind.label.en} `{kind.name}`\n\n"
        f"{kind.doc.zh}。{kind.doc.en}{due}\n\n"
        "| 字段 field | 名称 name | 必填 | 类型 type | 单位 unit | 含义 | meaning | 取值 values "
        "| 依据 source |\n|---|---|---|---|---|---|---|---|---|\n"
    )
    either = {field.name for pair in alternatives(kind) for field in pair}
    return head + "".join(_row(field, either) for field in kind.fields)


def _asked(field: Field, either: Collection[str]) -> str:
    if field.required:
        return "●"
    return "◐" if field.needs else "◑" if field.name in either else ""


def _row(field: Field, either: Collection[str]) -> str:
    aliases = f"（{'、'.join(field.aliases)}）" if field.aliases else ""
    cells = (
        f"`{field.name}`",
        f"{field.label.zh}{aliases} {field.label.en}",
        _asked(field, either) + ("◇" if field.private else ""),
        field.type.value,
        field.unit,
        field.doc.zh,
        field.doc.en,
        _values(field),
        field.source,
    )
    return "| " + " | ".join(cells) + " |\n"


def _values(field: Field) -> str:
    if field.type in {FieldType.GRADE, FieldType.INTEGER} and field.choices is not None:
        return "; ".join(f"{code} {label.zh}" for code, label in field.choices.items())
    if field.choices is not None:
        return "、".join(f"`{code}`" for code in field.choices)
    if field.length is not None:
        return f"{field.length} 位数字 digits"
    if field.references:
        return f"`{field.references}.id`"
    bounds = [f"≥ {field.minimum:g}"] if field.minimum is not None else []
    bounds += [f"≤ {field.maximum:g}"] if field.maximum is not None else []
    return ", ".join(bounds)


_CODED = {FieldType.CODE, FieldType.TAGS, FieldType.COUNTS}


def _vocabularies() -> list[str]:
    parts: list[str] = []
    for kind in KINDS.values():
        for field in kind.fields:
            if field.choices is not None and field.type in _CODED:
                parts.append(
                    f"\n### {field.label.zh} {field.label.en} `{kind.name}.{field.name}`\n\n"
                    "| 代码 code | 名称 | name |\n|---|---|---|\n"
                )
                parts += [
                    f"| `{code}` | {label.zh} | {label.en} |\n"
                    for code, label in field.choices.items()
                ]
    return parts
