"""Attribution by the anchors of the analyst: who holds their values, and how far they reach."""
