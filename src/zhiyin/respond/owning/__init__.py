"""One owner for every case: who fits best, how a case is handed on, and what that costs the customer."""
