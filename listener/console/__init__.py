"""The web server of the daemon; the console's pages will live here."""
