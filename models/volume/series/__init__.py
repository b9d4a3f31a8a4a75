"""The same judgement for a plain series of counts or measurements, one row at a time."""
