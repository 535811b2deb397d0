"""What the documents promise: the site builds, the reference is the code's."""
