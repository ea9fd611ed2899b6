"""Where the money comes from and who ends with a profit: measures over a chain of runs and the facts behind it."""
