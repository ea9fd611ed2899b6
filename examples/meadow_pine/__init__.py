"""An invented company: who joins, what is bought and everything else a company may know, drawn from a fixed seed."""
