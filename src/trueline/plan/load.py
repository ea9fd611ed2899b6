"""Reading a plan file and giving the plan in force for a period."""
