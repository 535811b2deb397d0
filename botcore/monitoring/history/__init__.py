"""The past of the bot, kept by itself: series sampled each minute by every process, rolled up to hours and days.

sampler (each process) → recorder → samples → rollup (one job) → MetricSample → selectors, for pages.
"""
