-- Two roles without a login, to be granted to the users of a site. Where whoever migrates may not make
-- roles, the notes in ADR 0007 say what an administrator has to run; everything works without them.

do $$
begin
  if (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) then
    if not exists (select from pg_roles where rolname = 'ballast_writer') then
      create role ballast_writer nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'ballast_reader') then
      create role ballast_reader nologin;
    end if;
    if not pg_has_role(current_user, 'ballast_writer', 'member') then
      execute format('grant ballast_writer to %I', current_user);
    end if;
  end if;
  if exists (select from pg_roles where rolname = 'ballast_writer') then
    grant usage on schema ballast to ballast_writer;
    grant select, insert, update on all tables in schema ballast to ballast_writer;
    revoke insert, update on ballast.migrations from ballast_writer;
    grant execute on function ballast.ensure_month(text, timestamptz) to ballast_writer;
    grant execute on function ballast.forget_before(text, timestamptz) to ballast_writer;
  end if;
  if exists (select from pg_roles where rolname = 'ballast_reader') then
    grant usage on schema ballast to ballast_reader;
    grant select on all tables in schema ballast to ballast_reader;
    alter default privileges in schema ballast grant select on tables to ballast_reader;
  end if;
end
$$;
