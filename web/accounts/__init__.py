"""Signing in and out, accounts, tokens and the audit log."""

from web.accounts.views import blueprint

__all__ = ["blueprint"]
