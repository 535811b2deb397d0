"""What is deployed beside Botdeck: Prometheus' rules, Grafana's dashboard, runbooks."""
