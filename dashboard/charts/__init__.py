"""Numbers → shapes for charts: the templates draw them as SVG or tables, the stylesheet charts.css colours them."""
