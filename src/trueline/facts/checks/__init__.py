"""What must hold between the cells, rows and tables of facts."""
