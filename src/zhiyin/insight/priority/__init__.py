"""What to mend first: problems by people affected, harm and reach, against the effort to mend them."""
