"""One file per subject: functions look and yield what they found, as health checks do, with the mend."""
