"""What happens around every handler: decode, people, access, timing, errors, outcome."""
