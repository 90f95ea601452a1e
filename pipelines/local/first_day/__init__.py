"""The first day: `tradewind init` writes stores.yaml and .env and tests them; `tradewind rotate` renews a secret.

`asking.py` gets answers of a person or of options, `meeting.py` asks Amazon what belongs to them, `entries.py` and
`env_file.py` change the two files as texts, and `command.py` and `rotating.py` are the commands.
"""
