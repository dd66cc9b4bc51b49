"""Quality of service, day by day and branch by branch: what was resolved, how fast, how risk was seen; and alarms."""
