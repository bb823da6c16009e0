-- Whoever ships records may add the months that they need, and forget old ones, without owning the
-- tables: these functions run with the rights of their owner, and touch nothing else.

create function ballast.ensure_month(table_name text, at_month timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  first_day timestamp := date_trunc('month', at_month at time zone 'UTC');
  part_name text := table_name || to_char(first_day, '_YYYY_MM');
  part_count integer;
begin
  -- Two who need the same month at once must not both make it.
  perform pg_advisory_xact_lock(hashtext('ballast.ensure_month'));
  select count(*) into part_count
    from pg_partitioned_table p
    join pg_class c on c.oid = p.partrelid
    left join pg_inherits i on i.inhparent = c.oid
    where c.relnamespace = 'ballast'::regnamespace and c.relname = table_name
    group by c.oid;
  if part_count is null then
    raise exception 'ballast.% is not a table of months', table_name using errcode = '42P01';
  end if;
  if to_regclass(format('ballast.%I', part_name)) is not null then
    return;
  end if;
  -- A hundred years. A clock that runs wild must not fill the catalogue.
  if part_count >= 1200 then
    raise exception 'ballast.% has % months', table_name, part_count using errcode = '22008';
  end if;
  execute format(
    'create table ballast.%I partition of ballast.%I for values from (%L) to (%L)',
    part_name, table_name,
    to_char(first_day, 'YYYY-MM-DD') || ' 00:00:00+00',
    to_char(first_day + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
  );
end
$$;

create function ballast.forget_before(table_name text, before timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  parent regclass := to_regclass(format('ballast.%I', table_name));
  first_day timestamp := date_trunc('month', before at time zone 'UTC');
  part record;
  gone_count integer := 0;
begin
  if parent is null or table_name = 'migrations' then
    raise exception 'ballast.% cannot be forgotten', table_name using errcode = '42P01';
  end if;
  if before > now() - interval '27 days' then
    raise exception 'the last month is never forgotten' using errcode = '22008';
  end if;
  if not exists (select from pg_partitioned_table where partrelid = parent) then
    execute format('delete from ballast.%I where at < %L', table_name, before);
    get diagnostics gone_count = row_count;
    return gone_count;
  end if;
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = parent and c.relname < table_name || to_char(first_day, '_YYYY_MM')
  loop
    execute format('drop table ballast.%I', part.relname);
    gone_count := gone_count + 1;
  end loop;
  return gone_count;
end
$$;

revoke all on function ballast.ensure_month(text, timestamptz) from public;
revoke all on function ballast.forget_before(text, timestamptz) from public;
