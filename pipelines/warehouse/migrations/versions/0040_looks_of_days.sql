comment on table ops.looks is
    'Until which day a run has looked for everything that a source has of a feed, and was through with it: what it had not taken up has no slice, or one that is loaded and was to be read again.';
