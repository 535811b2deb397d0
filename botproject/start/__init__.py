"""`deploy/start`: checks what a process needs before it begins, says what is wrong in one line each, and becomes it.

roles.py names the processes, finding.py what a check says, checks/ has one file per subject, table.py runs and shows.
"""
