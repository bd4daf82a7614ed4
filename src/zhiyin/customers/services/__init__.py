"""What changes customers; each door is one transaction with its entry in the audit trail."""
