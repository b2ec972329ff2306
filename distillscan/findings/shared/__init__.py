"""What the accounts of a cluster share: values and which of them bind, templates, and infrastructure."""
