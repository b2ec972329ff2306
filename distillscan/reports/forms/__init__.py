"""The forms that tables and documents are drawn in, a module each."""
