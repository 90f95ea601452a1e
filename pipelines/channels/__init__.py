"""What the channels are told of the one stock: `policies` says what each may offer, `decision` what is to be sent and
why, `writers` have a module for each channel, and `sync` does it safely, with all of it in `ops.channel_updates`.

Which goods a listing is, and what may still be promised, is known by the marts (channel_listings, stock_central).
"""
