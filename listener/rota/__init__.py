"""The rotas of this watch: read from settings, files and calendars, and kept up to date."""
