"""Write ``docs/data-dictionary.md``: run after a change of a register or a table."""  # noqa: INP001

from pathlib import Path

from gisapp.registers.dictionary import data_dictionary
from gisapp.tables import all_tables


def page() -> str:
    """The page as it is to be, with the tables of every room."""
    return data_dictionary(all_tables())


if __name__ == "__main__":
    Path(__file__).with_name("data-dictionary.md").write_text(page(), encoding="utf-8")
