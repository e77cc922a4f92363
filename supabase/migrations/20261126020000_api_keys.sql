-- Keys for programs, and an order of the queue in which one person's pile does not stand before
-- another's first video.

-- The key itself is shown once and kept nowhere: it is 32 random bytes, so its SHA-256 tells
-- nothing about it.
create table public.api_keys (
  id uuid constraint api_keys_pkey primary key,
  user_id uuid not null constraint api_keys_user_exists references public.users (id),
  name text not null constraint api_keys_name_length check (length(name) between 1 and 80),
  hash bytea not null
    constraint api_keys_hash_once unique
    constraint api_keys_hash_length check (octet_length(hash) = 32),
  -- Its last characters, by which people tell keys apart.
  hint text not null constraint api_keys_hint_length check (length(hint) = 4),
  scopes text[] not null constraint api_keys_scopes_known check (
    scopes <@ array['videos', 'files', 'credits:read'] and cardinality(scopes) >= 1
  ),
  -- What videos made with it may cost in a calendar month (UTC).
  monthly_credit_limit bigint
    constraint api_keys_monthly_credit_limit_not_negative check (monthly_credit_limit >= 0),
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_user_id on public.api_keys (user_id, created_at desc);

alter table public.jobs
  add column api_key_id uuid constraint jobs_api_key_exists references public.api_keys (id),
  -- Where it stands in the queue: the more videos its owner had under way, the later.
  add column queue_at timestamptz not null default now();
-- Workers look for what is under way, for what is late, and for each model's next new job.
create index jobs_queued on public.jobs (model, queue_at) where stage = 'queued';
create index jobs_queued_deadline on public.jobs (deadline_at) where stage = 'queued';
drop index public.jobs_to_work;
create index jobs_under_way on public.jobs (next_step_at)
  where stage in ('submitting', 'storing')
    or (stage = 'rendering' and provider_job_id is null) or late_until is not null;
create index jobs_api_key_id on public.jobs (api_key_id, created_at)
  where api_key_id is not null;

alter table public.api_keys enable row level security;
revoke all on public.api_keys from public, anon, authenticated, service_role;
grant select (id, user_id, name, hint, scopes, monthly_credit_limit, expires_at, created_at,
  last_used_at, revoked_at) on public.api_keys to authenticated;
grant select, insert, update on public.api_keys to service_role;
create policy api_keys_read_own on public.api_keys for select to authenticated
  using (user_id = (select auth.uid()));
