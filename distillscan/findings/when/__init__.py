"""When a cluster worked: hours, releases, events, bans, pools, and the day on which it could be seen."""
