-- What operating needs: which request made a job, and what any process does for all of them.

alter table public.jobs
  -- The x-request-id of the order, which its job's lines in the log carry too.
  add column request_id text
    constraint jobs_request_id_form check (request_id ~ '^[A-Za-z0-9._-]{1,64}$');

-- When rare errands are due again. Ticks, which come to any process, do them once.
create table public.server_errands (
  name text constraint server_errands_pkey primary key,
  due_at timestamptz not null
);
alter table public.server_errands enable row level security;
revoke all on public.server_errands from public, anon, authenticated, service_role;
grant select, insert, update on public.server_errands to service_role;
