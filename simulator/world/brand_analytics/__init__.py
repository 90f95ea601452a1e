"""The facts of Brand Analytics: searches, what is bought together, who buys again, and the periods of its reports."""
