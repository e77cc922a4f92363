-- What a Supabase project brings and a plain Postgres lacks: the roles that requests run as, the
-- auth schema with its helper functions, and the tables of the built-in sign-in.
-- Applied before the migrations to any database without them. May be applied again at any time.

do $$
begin
  if not exists (select from pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'service_role') then
    create role service_role nologin noinherit bypassrls;
  end if;
end
$$;

grant anon, authenticated, service_role to current_user;

create schema if not exists auth;
grant usage on schema auth to anon, authenticated, service_role;

-- The signed-in user's claims, as set for one transaction by whoever verified the token.
create or replace function auth.jwt() returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

create or replace function auth.uid() returns uuid
language sql stable set search_path = ''
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;

revoke all on function auth.jwt(), auth.uid() from public;
grant execute on function auth.jwt(), auth.uid() to anon, authenticated, service_role;

create table if not exists auth.users (
  id uuid constraint users_pkey primary key,
  email text not null
    constraint users_email_once unique
    constraint users_email_lower_case check (email = lower(email))
    constraint users_email_length check (length(email) between 3 and 255),
  email_confirmed_at timestamptz,
  last_sign_in_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
alter table auth.users enable row level security;
grant select, insert, update, delete on auth.users to service_role;

-- The built-in sign-in. Only the server reads and writes these tables: they have row level
-- security and no policy, so nobody else sees a row.

create table if not exists auth.signing_keys (
  kid text constraint signing_keys_pkey primary key,
  private_key text not null,
  created_at timestamptz not null,
  retired_at timestamptz
);
-- To change keys, retire the current one and restart the servers. Retired keys still verify.
create unique index if not exists signing_keys_one_current
  on auth.signing_keys ((true)) where retired_at is null;

create table if not exists auth.secrets (
  name text constraint secrets_pkey primary key,
  value bytea not null constraint secrets_value_length check (octet_length(value) = 32)
);

create table if not exists auth.one_time_codes (
  email text constraint one_time_codes_pkey primary key
    constraint one_time_codes_email_lower_case check (email = lower(email))
    constraint one_time_codes_email_length check (length(email) between 3 and 255),
  digest bytea not null constraint one_time_codes_digest_length check (octet_length(digest) = 32),
  tries int not null default 0 constraint one_time_codes_five_tries check (tries between 0 and 5),
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint one_time_codes_expire_after_sent check (expires_at > sent_at)
);
create index if not exists one_time_codes_by_expiry on auth.one_time_codes (expires_at);

create table if not exists auth.sessions (
  id uuid constraint sessions_pkey primary key,
  user_id uuid not null
    constraint sessions_user_exists references auth.users (id) on delete cascade,
  created_at timestamptz not null,
  refreshed_at timestamptz not null,
  revoked_at timestamptz
);
create index if not exists sessions_by_user on auth.sessions (user_id);
create index if not exists sessions_by_refresh on auth.sessions (refreshed_at);

create table if not exists auth.refresh_tokens (
  digest bytea constraint refresh_tokens_pkey primary key
    constraint refresh_tokens_digest_length check (octet_length(digest) = 32),
  session_id uuid not null
    constraint refresh_tokens_session_exists references auth.sessions (id) on delete cascade,
  created_at timestamptz not null,
  used_at timestamptz
);
create index if not exists refresh_tokens_by_session on auth.refresh_tokens (session_id);
create index if not exists refresh_tokens_by_use on auth.refresh_tokens (used_at);
create unique index if not exists refresh_tokens_one_active
  on auth.refresh_tokens (session_id) where used_at is null;

alter table auth.signing_keys enable row level security;
alter table auth.secrets enable row level security;
alter table auth.one_time_codes enable row level security;
alter table auth.sessions enable row level security;
alter table auth.refresh_tokens enable row level security;

grant select, insert on auth.signing_keys, auth.secrets to service_role;
grant select, insert, update, delete
  on auth.one_time_codes, auth.sessions, auth.refresh_tokens to service_role;

-- What a browser called itself when it signed in, for the list of one's devices.
alter table auth.sessions add column if not exists user_agent text
  constraint sessions_user_agent_length check (length(user_agent) <= 400);
