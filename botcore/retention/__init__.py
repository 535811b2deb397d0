"""What becomes old goes: one declaration for each kind of rows, days as settings, batches that hold no lock for long.

kinds (what there is) → sweeps (how it goes) → services (one run over all, by a clock that is right); selectors say what
is set and what would go.
"""
