"""Write ``docs/data-dictionary.md``: run after a change of a register or a table."""  # noqa: INP001

from importlib import import_module
from pathlib import Path

import gisapp
import gisapp.events
import gisapp.site
from gisapp.registers.dictionary import data_dictionary
from gisapp.schema import Base


def page() -> str:
    """The page as it is to be, with the tables of every room that has models."""
    for models in sorted(Path(gisapp.__file__).parent.glob("*/models.py")):
        import_module(f"gisapp.{models.parent.name}.models")
    return data_dictionary(Base.metadata.sorted_tables)


if __name__ == "__main__":
    Path(__file__).with_name("data-dictionary.md").write_text(page(), encoding="utf-8")
