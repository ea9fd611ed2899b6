"""The command line: one file per command, listed in the table of :mod:`trueline.cli.main`."""
