"""What brands know beforehand: public holidays, and calendars of events."""
