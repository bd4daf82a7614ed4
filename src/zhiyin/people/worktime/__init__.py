"""Working time by unit: hours, holidays and make-up days that staff keep."""
