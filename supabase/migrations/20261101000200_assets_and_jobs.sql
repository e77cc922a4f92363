-- Files in the bucket, and the jobs that turn them into clips.

-- A row is written before its object and outlives it, so that no object is without a row: stored_at
-- says that the object is there, purged_at that it is gone.
create table public.assets (
  id uuid constraint assets_pkey primary key,
  user_id uuid not null constraint assets_user_exists references public.users (id),
  kind text not null constraint assets_kind_known check (
    kind in ('product_image', 'frame', 'video', 'poster', 'spritesheet')
  ),
  object_key text not null constraint assets_object_key_once unique,
  filename text,
  mime text not null,
  bytes bigint not null constraint assets_bytes_not_negative check (bytes >= 0),
  sha256 text not null constraint assets_sha256_hex check (sha256 ~ '^[0-9a-f]{64}$'),
  width integer,
  height integer,
  seconds double precision,
  created_at timestamptz not null default now(),
  stored_at timestamptz,
  deleted_at timestamptz,
  purged_at timestamptz
);
create index assets_user_id on public.assets (user_id, kind, created_at desc, id desc);
create index assets_to_purge on public.assets (created_at)
  where purged_at is null and (deleted_at is not null or stored_at is null);

create table public.jobs (
  id uuid constraint jobs_pkey primary key,
  user_id uuid not null constraint jobs_user_exists references public.users (id),
  model text not null,
  provider text not null,
  format text,
  brief jsonb,
  backdrop text not null,
  prompt text not null
    constraint jobs_prompt_length check (length(prompt) between 1 and 32000),
  seconds integer not null constraint jobs_seconds_positive check (seconds > 0),
  size text not null constraint jobs_size_form check (size ~ '^[1-9][0-9]*x[1-9][0-9]*$'),
  credits bigint not null constraint jobs_credits_positive check (credits > 0),
  image_asset_id uuid constraint jobs_image_exists references public.assets (id),
  status text not null default 'queued' constraint jobs_status_known check (
    status in ('queued', 'in_progress', 'completed', 'failed')
  ),
  stage text not null default 'queued' constraint jobs_stage_known check (
    stage in ('queued', 'submitting', 'rendering', 'storing', 'done')
  ),
  progress integer not null default 0
    constraint jobs_progress_percent check (progress between 0 and 100),
  provider_job_id text,
  submit_token uuid,
  attempts integer not null default 0,
  lease_token uuid,
  lease_until timestamptz,
  next_step_at timestamptz not null default now(),
  deadline_at timestamptz not null,
  error_code text,
  error_message text,
  video_asset_id uuid constraint jobs_video_exists references public.assets (id),
  poster_asset_id uuid constraint jobs_poster_exists references public.assets (id),
  spritesheet_asset_id uuid constraint jobs_spritesheet_exists references public.assets (id),
  remixed_from uuid constraint jobs_remixed_from_exists references public.jobs (id),
  idempotency_key text
    constraint jobs_idempotency_key_length check (length(idempotency_key) between 1 and 255),
  request_hash text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  deleted_at timestamptz,
  constraint jobs_idempotency_key_once unique (user_id, idempotency_key),
  constraint jobs_status_fits_stage check (
    case status
      when 'queued' then stage = 'queued'
      when 'in_progress' then stage in ('submitting', 'rendering', 'storing')
      else stage = 'done'
    end
  ),
  constraint jobs_completed_has_video check (status <> 'completed' or video_asset_id is not null),
  constraint jobs_failed_has_code check ((status = 'failed') = (error_code is not null)),
  constraint jobs_submitted_has_token check (stage <> 'submitting' or submit_token is not null)
);
create index jobs_user_id on public.jobs (user_id, created_at desc, id desc);
create index jobs_to_step on public.jobs (next_step_at) where stage <> 'done';
create index jobs_image_asset_id on public.jobs (image_asset_id);
create index jobs_video_asset_id on public.jobs (video_asset_id);
create index jobs_poster_asset_id on public.jobs (poster_asset_id);
create index jobs_spritesheet_asset_id on public.jobs (spritesheet_asset_id);
create index jobs_remixed_from on public.jobs (remixed_from);

-- The central fact, kept by the table itself and checked when the transaction commits: a job is
-- made together with its debit, fails together with its refund, and completes without one.
create function public.jobs_check_credits() returns trigger
language plpgsql set search_path = ''
as $$
declare
  refunded boolean;
begin
  if tg_op = 'INSERT' and not exists (
    select from public.credit_ledger
    where kind = 'generation' and reference = new.id::text
      and user_id = new.user_id and amount = -new.credits
  ) then
    raise exception 'a job is made together with its debit'
      using errcode = 'check_violation', constraint = 'jobs_made_with_debit';
  end if;
  if new.stage <> 'done' then
    return null;
  end if;
  refunded := exists (
    select from public.credit_ledger
    where kind = 'refund' and reference = new.id::text
      and user_id = new.user_id and amount = new.credits
  );
  if refunded <> (new.status = 'failed') then
    raise exception 'a job fails together with its refund, and completes without one'
      using errcode = 'check_violation', constraint = 'jobs_failed_with_refund';
  end if;
  return null;
end
$$;
revoke all on function public.jobs_check_credits() from public, anon, authenticated;

create constraint trigger jobs_credits_fit after insert or update of status, stage, credits, user_id
  on public.jobs deferrable initially deferred
  for each row execute function public.jobs_check_credits();

create function public.jobs_refuse_revival() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'a job that is over stays over'
    using errcode = 'check_violation', constraint = 'jobs_over_stays_over';
end
$$;
revoke all on function public.jobs_refuse_revival() from public, anon, authenticated;

create trigger jobs_over_stays_over before update of status, stage, credits, user_id
  on public.jobs for each row
  when (old.stage = 'done' and (new.status, new.stage, new.credits, new.user_id)
    is distinct from (old.status, old.stage, old.credits, old.user_id))
  execute function public.jobs_refuse_revival();

alter table public.assets enable row level security;
alter table public.jobs enable row level security;

revoke all on public.assets, public.jobs from public, anon, authenticated, service_role;
grant select on public.assets, public.jobs to authenticated;
grant select, insert, update on public.assets, public.jobs to service_role;

create policy assets_read_own on public.assets for select to authenticated
  using (user_id = (select auth.uid()));
create policy jobs_read_own on public.jobs for select to authenticated
  using (user_id = (select auth.uid()));
