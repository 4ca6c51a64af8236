"""Make believable records, through the real actions: for the demonstration, for scale and for the tests."""
