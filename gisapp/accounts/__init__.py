"""People, their sessions and tokens, and what they may see."""

from gisapp.accounts.masking import masked

__all__ = ["masked"]
