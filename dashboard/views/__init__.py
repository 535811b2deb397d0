"""One function for each page: a selector in, a template out."""
