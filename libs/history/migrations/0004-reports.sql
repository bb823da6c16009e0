-- What reports need beside the curves: who did not follow, and how every miner spent its day.

alter table ballast.grid_events
  add column unresponsive_ids jsonb not null default '[]',
  add column unconfirmed_ids jsonb not null default '[]';

create table ballast.miner_days (
  id text not null,
  at timestamptz not null,
  updated_at timestamptz not null,
  day text not null,
  miner_id text not null,
  hashing_ms integer not null,
  starting_ms integer not null,
  sleeping_ms integer not null,
  faulty_ms integer not null,
  unknown_ms integer not null,
  wanted_ms integer not null,
  primary key (id, at)
) partition by range (at);
create index miner_days_by_at on ballast.miner_days (at);
comment on column ballast.miner_days.id is 'One for each run of the historian: a day''s rows add up.';

do $$
begin
  if exists (select from pg_roles where rolname = 'ballast_writer') then
    grant select, insert, update on ballast.miner_days to ballast_writer;
  end if;
  if exists (select from pg_roles where rolname = 'ballast_reader') then
    grant select on ballast.miner_days to ballast_reader;
  end if;
end
$$;
