"""The life of a risk: identified, assessed, monitored, warned of, dealt with."""
