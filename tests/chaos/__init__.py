"""`make chaos`: the whole demo under `tradewind up` while its parts are killed at random. Not part of `make test`."""
