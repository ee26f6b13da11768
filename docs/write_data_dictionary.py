"""Write ``docs/data-dictionary.md``: run after a change of a register or a table."""  # noqa: INP001

from pathlib import Path

import gisapp.accounts.models
import gisapp.events
import gisapp.exchange.models
import gisapp.incidents.models
import gisapp.registers
import gisapp.risks.models
import gisapp.site  # noqa: F401 - imported for their tables
from gisapp.registers.dictionary import data_dictionary
from gisapp.schema import Base


def page() -> str:
    """The page as it is to be."""
    return data_dictionary(Base.metadata.sorted_tables)


if __name__ == "__main__":
    Path(__file__).with_name("data-dictionary.md").write_text(page(), encoding="utf-8")
