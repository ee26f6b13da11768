"""What the schemas of answers and requests are built of, in the dialect of OpenAPI 3.0.3.

What may be empty is ``nullable`` there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
ANYTHING: Schema = {"type": "object"}
DATE: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}


def array(of: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": of}


def record(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object with these members."""
    schema: Schema = {"type": "object", "properties": {**required, **optional}}
    # The dialect knows no empty list of what is required.
    return schema | {"required": list(required)} if required else schema


def nullable(schema: Schema) -> Schema:
    """The schema, or nothing."""
    return {**schema, "nullable": True}


def ref(name: str) -> Schema:
    """A component."""
    return {"$ref": f"#/components/schemas/{name}"}


def codes(known: Iterable[str]) -> Schema:
    """One of the codes known."""
    return {"type": "string", "enum": [str(one) for one in known]}


PERHAPS_MOMENT = nullable(MOMENT)
