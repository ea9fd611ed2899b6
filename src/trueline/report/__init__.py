"""Pictures and pages: a comparison as one file that an operator, a regulator and a prospect can each read."""
