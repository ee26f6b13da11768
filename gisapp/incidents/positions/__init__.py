"""Where units are: reported by crews, kept apart from the log, thinned by age."""
