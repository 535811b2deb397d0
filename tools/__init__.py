"""What works on the repository and is no part of the running project: the site of the documents, the reference."""
