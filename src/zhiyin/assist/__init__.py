"""The optional language model: drafts of summaries and answers, by an endpoint that the company chooses."""
