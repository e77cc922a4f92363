-- What jobs at providers elsewhere need: what they cost the operator, whether they are to be
-- cancelled, and a clip that comes too late to be paid for.

alter table public.jobs
  add column provider_cost double precision
    constraint jobs_provider_cost_not_negative check (provider_cost >= 0),
  add column provider_cost_unit text,
  add column cancel_requested_at timestamptz,
  -- Until when the provider is still asked for the clip of a job that failed at its deadline.
  add column late_until timestamptz,
  add column remix_method text
    constraint jobs_remix_method_known check (remix_method in ('edit', 'regenerate'));

create index jobs_to_poll on public.jobs (next_step_at)
  where stage = 'rendering' and provider_job_id is not null;
create index jobs_late on public.jobs (next_step_at) where late_until is not null;
-- Some names hold addresses behind the name itself.
create index jobs_provider_request on public.jobs (split_part(provider_job_id, ' ', 1))
  where provider_job_id is not null;
create index jobs_in_flight on public.jobs (provider, model)
  where stage in ('submitting', 'rendering');

-- A provider whose quota, bill or key is the operator's to mend is left alone for a while.
create table public.provider_breakers (
  provider text constraint provider_breakers_pkey primary key,
  opened_at timestamptz not null default now(),
  open_until timestamptz not null,
  failures integer not null default 1,
  reason text not null
);

-- Webhooks that were heard, so that a repeated one is not.
create table public.provider_events (
  provider text not null,
  id text not null,
  received_at timestamptz not null default now(),
  constraint provider_events_pkey primary key (provider, id)
);
create index provider_events_received_at on public.provider_events (received_at);

alter table public.provider_breakers enable row level security;
alter table public.provider_events enable row level security;
revoke all on public.provider_breakers, public.provider_events
from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.provider_breakers, public.provider_events
to service_role;
