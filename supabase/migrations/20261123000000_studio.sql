-- What the studio needs: names and crops of videos, links that open files, accounts that end.

alter table public.jobs
  -- The user's own name for it; without one it is made from the brief.
  add column title text
    constraint jobs_title_length check (length(title) between 1 and 80),
  -- The part of the photo that is used.
  add column crop jsonb,
  -- When its provider said that the clip is done.
  add column rendered_at timestamptz;

alter table public.users
  -- SHA-256 of the address of a closed account that had been given welcome credits, so that they
  -- are not given twice.
  add column closed_address bytea
    constraint users_closed_address_length check (octet_length(closed_address) = 32),
  add constraint users_closed_address_of_deleted check (
    closed_address is null or deleted_at is not null
  );
create index users_closed_address on public.users (closed_address)
  where closed_address is not null;

-- Workers look for their own jobs without stepping over those that are only to be asked about.
drop index public.jobs_to_step;
create index jobs_to_work on public.jobs (next_step_at)
  where stage in ('queued', 'submitting', 'storing')
    or (stage = 'rendering' and provider_job_id is null) or late_until is not null;
drop index public.jobs_late;
-- Free places are counted from the index alone.
drop index public.jobs_in_flight;
create index jobs_in_flight on public.jobs (provider, model, stage)
  where stage in ('submitting', 'rendering');

-- Keys that every server on this database has to share.
create table public.server_secrets (
  name text constraint server_secrets_pkey primary key,
  value bytea not null constraint server_secrets_value_length check (octet_length(value) = 32)
);
alter table public.server_secrets enable row level security;
revoke all on public.server_secrets from public, anon, authenticated, service_role;
grant select, insert on public.server_secrets to service_role;

-- A person's events are found when their account is closed and names and addresses go.
create index stripe_events_user_id on public.stripe_events
  ((payload #>> '{data,object,metadata,user_id}'));
