"""How complete and fresh the registers are, and what is to be done about it."""
