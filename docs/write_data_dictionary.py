"""Write ``docs/data-dictionary.md``: run after a change of a register or a table."""  # noqa: INP001

from pathlib import Path

import gisapp.events
import gisapp.incidents.models
import gisapp.registers
import gisapp.site  # noqa: F401 - imported for their tables
from gisapp.registers.dictionary import data_dictionary
from gisapp.schema import Base

if __name__ == "__main__":
    text = data_dictionary(Base.metadata.sorted_tables)
    Path(__file__).with_name("data-dictionary.md").write_text(text, encoding="utf-8")
