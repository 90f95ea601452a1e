-- Every version of a brief that was shown stays; insights.briefs has the newest of each. Comments for all of insights.
alter table insights.briefs add column version integer not null default 1, add column read_at timestamptz;
update insights.briefs set read_at = created_at;
alter table insights.briefs alter column read_at set not null, alter column version drop default;

create table insights.brief_versions (
    like insights.briefs including defaults,
    primary key (tenant_id, store_id, period_start, period_end, kind, language, version)
);
insert into insights.brief_versions (
    tenant_id, store_id, period_start, period_end, kind, language, writer, model, prompt_version, facts_hash, facts,
    body_markdown, claims, grounded, tokens_in, tokens_out, cost_usd, created_at, version, read_at
)
select tenant_id, store_id, period_start, period_end, kind, language, writer, model, prompt_version, facts_hash, facts,
    body_markdown, claims, grounded, tokens_in, tokens_out, cost_usd, created_at, version, read_at
from insights.briefs;

do $$
declare
    name text;
    told text[][] := array[
        ['tenant_id', 'Tenant that the store belongs to.'],
        ['store_id', 'Store.'],
        ['period_start', 'First marketplace day that the brief is about.'],
        ['period_end', 'Last marketplace day that the brief is about; of daily briefs the same.'],
        ['kind', 'Kind of brief: daily.'],
        ['language', 'Language of the text: en or zh.'],
        ['writer', 'Who wrote the text: llm (a model) or template (rules).'],
        ['model', 'The model that was asked; null where none was. It is also named where its text was refused and rules wrote.'],
        ['prompt_version', 'Version of the prompt, or of the rules.'],
        ['facts_hash', 'SHA-256 of the facts: the same figures have the same one, in whatever language.'],
        ['facts', 'The facts, a list: id, name, value (percent values are percents), unit, currency, period (days, both inclusive), '
            'subject, direction, comparison, open_days (days of the period that Amazon still changes), source (table) and query.'],
        ['body_markdown', 'The text as Markdown, figures written out.'],
        ['claims', 'Each sentence, with placeholders for figures and the ids of the facts that it rests on.'],
        ['grounded', 'Whether all that was written rests on the facts; what did not is not in the text.'],
        ['tokens_in', 'Tokens that the model was sent.'],
        ['tokens_out', 'Tokens that the model wrote.'],
        ['cost_usd', 'What the model cost, USD; null where its price is not known or none was asked.'],
        ['version', 'Number of the version, from 1, by tenant, store, period, kind and language.'],
        ['read_at', 'When the marts were read for it, by the business clock.'],
        ['created_at', 'When it was stored, by the database''s clock.']
    ];
begin
    foreach name in array array['briefs', 'brief_versions'] loop
        for i in 1 .. array_length(told, 1) loop
            execute format('comment on column insights.%I.%I is %L', name, told[i][1], told[i][2]);
        end loop;
    end loop;
end $$;
comment on table insights.briefs is
    'The newest version of each brief: one row per tenant, store, period, kind and language. Earlier ones are in brief_versions.';
comment on table insights.brief_versions is
    'Every version of each brief that was shown: one row per tenant, store, period, kind, language and version. What was read '
    'in the morning is still here when later data has changed the brief.';

-- Nothing writes it yet: it is not shown to those who read, who would take it for "nothing is wrong".
comment on table insights.alerts is
    'Not written yet, and not shown to readers: one row per store, kind, subject and first day on which something was wrong.';
comment on column insights.alerts.tenant_id is 'Tenant that the store belongs to.';
comment on column insights.alerts.store_id is 'Store.';
comment on column insights.alerts.kind is 'What is wrong.';
comment on column insights.alerts.subject is 'What it is about: a SKU, an ASIN, a campaign, a feed.';
comment on column insights.alerts.severity is 'How urgent it is: critical, warning or info.';
comment on column insights.alerts.first_seen is 'First marketplace day on which it was so.';
comment on column insights.alerts.last_seen is 'Last marketplace day on which it was so.';
comment on column insights.alerts.resolved_at is 'Marketplace day on which it was over; null while it lasts.';
comment on column insights.alerts.facts is 'The figures that it rests on.';

do $$
declare
    role text;
begin
    foreach role in array array['tradewind_bi', 'tradewind_tenants'] loop
        if exists (select from pg_roles where rolname = role) then
            execute format('revoke all on insights.alerts from %I', role);
        end if;
    end loop;
    perform ops.protect('insights.brief_versions');
end $$;
