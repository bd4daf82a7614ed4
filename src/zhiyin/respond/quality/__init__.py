"""How well cases are answered: a rubric, scores by machine and by people, appeals, calibration."""
