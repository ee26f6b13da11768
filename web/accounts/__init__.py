"""Signing in and out, accounts, tokens and the audit log."""

from web.accounts import administration, views
from web.accounts.blueprint import blueprint

__all__ = ["administration", "blueprint", "views"]
