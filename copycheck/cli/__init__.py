"""The command line: arguments, exit codes, one module a command."""
