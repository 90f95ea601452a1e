"""SP-API: reports 2021-06-30, and the restricted data tokens that some of their documents need."""
