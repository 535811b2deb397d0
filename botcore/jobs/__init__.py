"""What is done by schedule, one file for each job; runtime/jobs/registry.py finds them."""
