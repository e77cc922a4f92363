-- What each rule has to find, and what it has to let be. Never run.

-- # ruleid: sql-dynamic-statement
execute 'drop table ' || name;
-- # ruleid: sql-dynamic-statement
execute format('drop table %s', name);
-- # ok: sql-dynamic-statement
execute format('create role %I', name);
-- # ok: sql-dynamic-statement
create trigger a before update on b for each row execute function c();
-- # ok: sql-dynamic-statement
revoke execute on function a() from public;

-- # ruleid: sql-definer-without-path
create function public.a() returns void language plpgsql security definer as $$
begin
end
$$;
-- # ok: sql-definer-without-path
create function public.b() returns void language plpgsql security definer set search_path = ''
as $$
begin
end
$$;
-- # ok: sql-definer-without-path
create function public.c() returns void language plpgsql as $$
begin
end
$$;

-- # ruleid: sql-granted-to-everybody
grant select on public.users to anon;
-- # ruleid: sql-granted-to-everybody
grant execute on function public.a() to authenticated, public;
-- # ok: sql-granted-to-everybody
grant select on public.users to authenticated;
-- # ok: sql-granted-to-everybody
grant usage on schema auth to anon, authenticated;
-- # ok: sql-granted-to-everybody
grant select on public.users to service_role;

-- # ruleid: sql-rows-open-to-everybody
create policy a on public.users for select to authenticated using (true);
-- # ok: sql-rows-open-to-everybody
create policy a on public.users for select to authenticated using (id = (select auth.uid()));

-- # ruleid: sql-row-security-off
alter table public.users disable row level security;
-- # ruleid: sql-row-security-off
set row_security = off;
-- # ok: sql-row-security-off
alter table public.users enable row level security;
