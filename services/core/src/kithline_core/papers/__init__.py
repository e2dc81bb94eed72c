"""Papers about data protection, written from the live configuration: drafts for those who sign them."""
