"""What all tasks need: the command line, files, tables, pictures."""
