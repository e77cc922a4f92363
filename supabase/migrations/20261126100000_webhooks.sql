-- Webhooks: people's programs are told when a video ends or credits run low.

create table public.webhook_endpoints (
  id uuid constraint webhook_endpoints_pkey primary key,
  user_id uuid not null constraint webhook_endpoints_user_exists references public.users (id),
  url text not null constraint webhook_endpoints_url_length check (length(url) between 1 and 2000),
  events text[] not null constraint webhook_endpoints_events_known check (
    events <@ array['video.completed', 'video.failed', 'credits.low'] and cardinality(events) >= 1
  ),
  -- `credits.low` is told when the balance goes below it.
  credits_below bigint not null default 100
    constraint webhook_endpoints_credits_below_positive check (credits_below > 0),
  -- Signs what is sent, so it cannot be kept as a digest. No role but the server's reads it.
  secret bytea not null
    constraint webhook_endpoints_secret_length check (octet_length(secret) = 32),
  -- Signs beside the new one for a day.
  previous_secret bytea,
  previous_secret_until timestamptz,
  enabled boolean not null default true,
  disabled_reason text
    constraint webhook_endpoints_disabled_reason_known check (disabled_reason = 'gone'),
  created_at timestamptz not null default now(),
  constraint webhook_endpoints_previous_secret_ends
    check ((previous_secret is null) = (previous_secret_until is null)),
  constraint webhook_endpoints_reason_when_disabled check (disabled_reason is null or not enabled)
);
create index webhook_endpoints_user_id on public.webhook_endpoints (user_id, created_at desc);
create index webhook_endpoints_previous_secret_until
  on public.webhook_endpoints (previous_secret_until) where previous_secret is not null;

-- An event for one endpoint, and how its sending stands.
create table public.webhook_deliveries (
  id uuid constraint webhook_deliveries_pkey primary key default gen_random_uuid(),
  endpoint_id uuid not null constraint webhook_deliveries_endpoint_exists
    references public.webhook_endpoints (id) on delete cascade,
  user_id uuid not null constraint webhook_deliveries_user_exists references public.users (id),
  event_id uuid not null,
  event text not null constraint webhook_deliveries_event_known check (
    event in ('video.completed', 'video.failed', 'credits.low', 'webhook.test')
  ),
  data jsonb not null,
  status text not null default 'pending' constraint webhook_deliveries_status_known check (
    status in ('pending', 'delivered', 'failed')
  ),
  attempts integer not null default 0
    constraint webhook_deliveries_attempts_not_negative check (attempts >= 0),
  next_attempt_at timestamptz not null default now(),
  lease_until timestamptz,
  give_up_at timestamptz not null default now() + interval '1 day',
  response_status integer,
  error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint webhook_deliveries_finished_or_pending
    check ((status = 'pending') = (finished_at is null))
);
-- Senders go from endpoint to endpoint that has something pending.
create index webhook_deliveries_pending
  on public.webhook_deliveries (endpoint_id, next_attempt_at) where status = 'pending';
create index webhook_deliveries_endpoint_id
  on public.webhook_deliveries (endpoint_id, created_at desc, id desc);
create index webhook_deliveries_user_id on public.webhook_deliveries (user_id);
create index webhook_deliveries_finished_at
  on public.webhook_deliveries (finished_at) where finished_at is not null;

-- Written in the transaction that ends the job, whichever way it ends.
create function public.tell_webhooks_of_job() returns trigger
language plpgsql set search_path = '' as $$
declare
  ending text := case new.status when 'completed' then 'video.completed' else 'video.failed' end;
begin
  insert into public.webhook_deliveries (endpoint_id, user_id, event_id, event, data)
  select endpoint.id, new.user_id, gen_random_uuid(), ending, jsonb_build_object(
      'id', 'video_' || replace(new.id::text, '-', ''), 'object', 'video',
      'status', new.status, 'model', new.model, 'credits', new.credits,
      'error', case when new.error_code is not null then
        jsonb_build_object('code', new.error_code, 'message', new.error_message) end)
  from public.webhook_endpoints as endpoint
  where endpoint.user_id = new.user_id and endpoint.enabled and ending = any (endpoint.events);
  if found then
    perform pg_notify('placemint_webhooks', '');
  end if;
  return null;
end
$$;
revoke all on function public.tell_webhooks_of_job() from public, anon, authenticated;
create trigger jobs_tell_webhooks after update on public.jobs
  for each row when (old.stage <> 'done' and new.stage = 'done')
  execute function public.tell_webhooks_of_job();

-- Written in the transaction that takes the credits, once for each time the mark is passed.
create function public.tell_webhooks_of_credits() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- Every order comes by here, and few people have endpoints.
  if not exists (select from public.webhook_endpoints where user_id = new.id) then
    return null;
  end if;
  insert into public.webhook_deliveries (endpoint_id, user_id, event_id, event, data)
  select endpoint.id, new.id, gen_random_uuid(), 'credits.low', jsonb_build_object(
      'object', 'credits', 'balance', new.balance, 'credits_below', endpoint.credits_below)
  from public.webhook_endpoints as endpoint
  where endpoint.user_id = new.id and endpoint.enabled and 'credits.low' = any (endpoint.events)
    and endpoint.credits_below > new.balance and endpoint.credits_below <= old.balance;
  if found then
    perform pg_notify('placemint_webhooks', '');
  end if;
  return null;
end
$$;
revoke all on function public.tell_webhooks_of_credits() from public, anon, authenticated;
create trigger users_tell_webhooks after update of balance on public.users
  for each row when (new.balance < old.balance)
  execute function public.tell_webhooks_of_credits();

alter table public.webhook_endpoints enable row level security;
revoke all on public.webhook_endpoints from public, anon, authenticated, service_role;
grant select (id, user_id, url, events, credits_below, enabled, disabled_reason, created_at)
  on public.webhook_endpoints to authenticated;
grant select, insert, update, delete on public.webhook_endpoints to service_role;
create policy webhook_endpoints_read_own on public.webhook_endpoints for select to authenticated
  using (user_id = (select auth.uid()));

alter table public.webhook_deliveries enable row level security;
revoke all on public.webhook_deliveries from public, anon, authenticated, service_role;
grant select on public.webhook_deliveries to authenticated;
grant select, insert, update, delete on public.webhook_deliveries to service_role;
create policy webhook_deliveries_read_own on public.webhook_deliveries for select to authenticated
  using (user_id = (select auth.uid()));
