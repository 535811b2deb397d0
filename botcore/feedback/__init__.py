"""What people wrote to the operators."""
