-- One row per call of a model. It is written before the call, with the most that the call can cost, so that a killed
-- process forgets nothing that it may have spent, and processes that run at once keep one budget together.
create table insights.model_calls (
    call_id bigint generated always as identity,
    tenant_id text not null,
    store_id text not null,
    kind text not null,
    day date not null,
    model text not null,
    prompt_version text not null,
    facts_hash text not null,
    tokens_in integer not null default 0,
    tokens_out integer not null default 0,
    cost_usd numeric,
    cost_counted_usd numeric not null check (cost_counted_usd >= 0),
    outcome text not null,
    reason text,
    called_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz,
    primary key (store_id, call_id)
);
-- what a tenant has spent in a month
create index on insights.model_calls (tenant_id, called_at, store_id);

comment on table insights.model_calls is
    'One row per call of a language model for a brief: what it cost and what came of it. Budgets are kept by it.';
comment on column insights.model_calls.call_id is 'Number of the call.';
comment on column insights.model_calls.tenant_id is 'Tenant whose brief it was for, and whose budget counts it.';
comment on column insights.model_calls.store_id is 'Store that the brief is about; * where it is about all of the tenant''s.';
comment on column insights.model_calls.kind is 'Kind of brief, as in insights.briefs.';
comment on column insights.model_calls.day is 'Last marketplace day of the brief''s period.';
comment on column insights.model_calls.model is 'The model that was asked, as the settings name it.';
comment on column insights.model_calls.prompt_version is 'Version of the prompt, as in insights.briefs.';
comment on column insights.model_calls.facts_hash is 'SHA-256 of the facts, as in insights.briefs.';
comment on column insights.model_calls.tokens_in is 'Tokens that the model was sent; 0 where there was no answer.';
comment on column insights.model_calls.tokens_out is 'Tokens that the model wrote; 0 where there was no answer.';
comment on column insights.model_calls.cost_usd is
    'What the call cost, USD, by TRADEWIND_LLM_PRICES; null where they do not name the model, or there was no answer.';
comment on column insights.model_calls.cost_counted_usd is
    'What budgets count, USD: the cost, by a cautious price where none is known. Of a call that is under way, was cut off or '
    'timed out, the most that it can have cost.';
comment on column insights.model_calls.outcome is
    'shown (some of the answer is on the page), refused (nothing of it stood), failed (there was no answer), asked (under way, '
    'or its process was killed).';
comment on column insights.model_calls.reason is 'Why it failed, or what of the answer was refused; null where all was shown.';
comment on column insights.model_calls.called_at is 'When it was made, by the database''s clock. Months of budgets are those of UTC.';
comment on column insights.model_calls.settled_at is 'When its outcome was written down; null while it is under way.';

-- What a model has answered to a question: the same one is not paid for twice. Not for readers: of what a model says only
-- what was judged is shown, in insights.briefs.
create table ops.model_answers (
    tenant_id text not null,
    question_hash text not null,          -- SHA-256 of model, options of the request, prompt and facts
    call_id bigint not null,              -- of insights.model_calls
    answer text not null,
    primary key (tenant_id, question_hash)
);

select ops.protect('insights.model_calls');
