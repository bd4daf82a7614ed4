"""Reports: which figures go to whom and when, and how they are told, drawn and kept."""
