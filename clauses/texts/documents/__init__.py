"""The pieces of a clause as files: frozen, then drawn in a PDF or a DOCX."""
