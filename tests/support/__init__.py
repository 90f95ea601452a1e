"""What tests share: a Postgres with a fresh database for each test, the simulator as a process, paths of references."""
