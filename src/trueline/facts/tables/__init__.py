"""The tables of facts, declared column by column."""
