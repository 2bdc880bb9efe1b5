"""How far the inputs of the fraud project look back, in days."""

WINDOWS_DAYS = (1, 7, 30)
CARD_DAYS = 14
"""How long a card is looked back at: a little more than a thief uses one."""
CASE_DAYS = 28
"""How long frauds are counted."""
MEMORY_DAYS = 60
"""How far back the last fraud, genuine payment or streak is looked for."""
