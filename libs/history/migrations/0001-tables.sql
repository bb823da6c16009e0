-- The tables of the history. Each row has the natural id of the fact it tells, so that the same fact
-- told twice is one row. `at` never changes for an id: tables that grow are cut into months by it.

create table ballast.miners (
  id text primary key,
  at timestamptz not null,
  updated_at timestamptz not null,
  driver text,
  model text,
  feeder text,
  phase text,
  location text,
  rated_w double precision
);
comment on column ballast.miners.at is 'When it was first seen.';

create table ballast.cycles (
  id text not null,
  at timestamptz not null,
  miner_id text not null,
  "order" text not null check ("order" in ('off', 'on')),
  cycles_count integer not null,
  reason text not null,
  decision_id text,
  primary key (id, at)
) partition by range (at);
create index cycles_by_miner on ballast.cycles (miner_id, at);
create index cycles_by_at on ballast.cycles (at);

create table ballast.decisions (
  id text not null,
  at timestamptz not null,
  reason text not null,
  phase text not null,
  binding text not null,
  target_kw double precision not null,
  target_before_kw double precision not null,
  frequency_hz double precision,
  slope_hz_per_s double precision,
  caps jsonb not null,
  meters jsonb not null,
  primary key (id, at)
) partition by range (at);
create index decisions_by_at on ballast.decisions (at);

create table ballast.grid_events (
  id text primary key,
  at timestamptz not null,
  updated_at timestamptz not null,
  meter_id text not null,
  trigger text not null,
  ended_at timestamptz,
  nadir_hz double precision,
  nadir_at timestamptz,
  zenith_hz double precision,
  slope_max_hz_per_s double precision,
  target_before_kw double precision,
  target_min_kw double precision,
  measured_before_kw double precision,
  measured_min_kw double precision
);
create index grid_events_by_at on ballast.grid_events (at);

create table ballast.grid_event_samples (
  id text not null,
  at timestamptz not null,
  event_id text not null,
  series text not null,
  offsets_ms integer[] not null,
  "values" double precision[] not null,
  are_good boolean[],
  primary key (id, at),
  check (cardinality(offsets_ms) = cardinality("values"))
) partition by range (at);
create index grid_event_samples_by_event on ballast.grid_event_samples (event_id, series, at);

create table ballast.frequency_minutes (
  id text not null,
  at timestamptz not null,
  meter_id text not null,
  min_hz double precision,
  max_hz double precision,
  mean_hz double precision,
  deviation_hz double precision,
  sample_count integer not null,
  good_ratio double precision not null,
  primary key (id, at)
) partition by range (at);
create index frequency_minutes_by_at on ballast.frequency_minutes (at);

create table ballast.power_minutes (
  id text not null,
  at timestamptz not null,
  site_kw double precision,
  miners_kw double precision,
  allowed_kw double precision,
  target_kw double precision,
  feeders_kw jsonb not null,
  sample_count integer not null,
  primary key (id, at)
) partition by range (at);
create index power_minutes_by_at on ballast.power_minutes (at);

create table ballast.outages (
  id text primary key,
  at timestamptz not null,
  updated_at timestamptz not null,
  what text not null,
  subject text not null,
  detail text not null,
  ended_at timestamptz
);
create index outages_by_at on ballast.outages (at);

create table ballast.alerts (
  id text not null,
  at timestamptz not null,
  updated_at timestamptz not null,
  service text not null,
  code text not null,
  subject text not null,
  severity text not null,
  detail text not null,
  ended_at timestamptz,
  primary key (id, at)
) partition by range (at);
create index alerts_by_at on ballast.alerts (at);

create table ballast.commands (
  id text primary key,
  at timestamptz not null,
  updated_at timestamptz not null,
  who text not null,
  what text not null,
  why text not null,
  result text
);
create index commands_by_at on ballast.commands (at);

create table ballast.energy_days (
  id text primary key,
  at timestamptz not null,
  updated_at timestamptz not null,
  energy_kwh double precision not null,
  source text not null,
  covered_ratio double precision not null,
  cost double precision,
  currency text
);
