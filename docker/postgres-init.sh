#!/bin/sh
# Run once by the image of Postgres, on an empty volume, as the superuser by the socket: makes the user of the pipeline,
# who is none, and the two databases. The superuser then has no password: it is reached by the socket only
# (docker compose exec postgres psql -U postgres).
set -eu
psql --no-psqlrc -q -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role tradewind login createrole password :'password';
create database tradewind owner tradewind;
create database dagster owner tradewind;
-- what docs/bi.md says of a server of one's own: readers hold nobody up and fill no disk
grant pg_signal_backend, pg_read_all_stats, pg_use_reserved_connections to tradewind;
grant set on parameter temp_file_limit to tradewind;
revoke temporary on database tradewind from public;
revoke connect on database dagster, postgres, template1 from public;
\connect tradewind
do $$ declare f regprocedure; begin
    for f in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace
        and (proname ~ '^pg_(try_)?advisory_(xact_)?lock' or proname in ('lo_creat', 'lo_create', 'lo_from_bytea'))
    loop
        execute format('revoke execute on function %s from public', f);
        execute format('grant execute on function %s to tradewind', f);
    end loop;
end $$;
\connect dagster
grant usage on schema public to tradewind;
\connect postgres
select format('alter role %I password null', current_user) \gexec
SQL
