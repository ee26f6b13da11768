"""The blueprint that the pages of accounts register themselves on."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
