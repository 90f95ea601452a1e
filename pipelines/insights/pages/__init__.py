"""Pages: what a brief looks like, as HTML and as Markdown, with its charts, and the files that they are written to."""
