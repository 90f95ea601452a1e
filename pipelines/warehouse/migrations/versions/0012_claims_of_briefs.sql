-- Before, an entry was a sentence of a writer's with placeholders. Briefs that are kept from then have such entries.
comment on column insights.briefs.claims is
'Each statement of the page: its kind, title and text, ids of the facts that it rests on, severity, emphasis, advice and remark; and each refused part of a model''s answer, with the reason.';
comment on column insights.brief_versions.claims is
'Each statement of the page: its kind, title and text, ids of the facts that it rests on, severity, emphasis, advice and remark; and each refused part of a model''s answer, with the reason.';
