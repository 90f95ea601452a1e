"""The warehouse: the embedded server, connections, migrations, roles. What is loaded into it is not decided here."""
