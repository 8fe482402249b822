"""Dynamic ideal points from roll calls: `vote_data` or `prepare`, then `fit`, then `bands`."""
