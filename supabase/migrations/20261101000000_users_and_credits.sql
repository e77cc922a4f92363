-- People's balances, and the ledger that explains every one of them.
--
-- The rules are kept by the tables themselves: entries are only ever added, are numbered 1, 2, 3 …
-- for each person, each continues the balance of the one before, and users.balance is the balance
-- after the last. No role can break them, the owner included.

create table public.users (
  id uuid constraint users_pkey primary key,
  email text not null,
  balance bigint not null default 0,
  seq bigint not null default 0 constraint users_seq_not_negative check (seq >= 0),
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);

create table public.credit_ledger (
  user_id uuid not null
    constraint credit_ledger_user_exists references public.users (id) on delete restrict,
  seq bigint not null constraint credit_ledger_seq_from_one check (seq >= 1),
  amount bigint not null constraint credit_ledger_amount_not_zero check (amount <> 0),
  balance_after bigint not null,
  kind text not null constraint credit_ledger_kind_known check (
    kind in ('purchase', 'grant', 'generation', 'refund', 'clawback', 'reinstatement', 'adjustment')
  ),
  reference text not null
    constraint credit_ledger_reference_length check (length(reference) between 1 and 255),
  note text,
  created_at timestamptz not null default now(),
  constraint credit_ledger_pkey primary key (user_id, seq),
  constraint credit_ledger_reference_once unique (kind, reference),
  constraint credit_ledger_sign_fits_kind check (
    case kind
      when 'generation' then amount < 0
      when 'clawback' then amount < 0
      when 'adjustment' then true
      else amount > 0
    end
  ),
  constraint credit_ledger_only_clawback_below_zero check (
    balance_after >= 0 or amount > 0 or kind = 'clawback'
  )
);

-- Append-only, for every role.
create function public.credit_ledger_refuse_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'credit_ledger is append-only'
    using errcode = 'restrict_violation', constraint = 'credit_ledger_append_only';
end
$$;

create trigger credit_ledger_append_only before update or delete on public.credit_ledger
  for each row execute function public.credit_ledger_refuse_change();
create trigger credit_ledger_no_truncate before truncate on public.credit_ledger
  for each statement execute function public.credit_ledger_refuse_change();

-- Checked when the transaction commits, after both sides were written.
create function public.credit_ledger_check_chain() returns trigger
language plpgsql set search_path = ''
as $$
declare
  before bigint := 0;
begin
  if new.seq > 1 then
    select balance_after into before from public.credit_ledger
    where user_id = new.user_id and seq = new.seq - 1;
  end if;
  if before is null or before + new.amount <> new.balance_after then
    raise exception 'entry % of the ledger does not continue the one before', new.seq
      using errcode = 'check_violation', constraint = 'credit_ledger_chained';
  end if;
  if not exists (select from public.users where id = new.user_id and seq >= new.seq) then
    raise exception 'entry % of the ledger is not in the balance', new.seq
      using errcode = 'check_violation', constraint = 'credit_ledger_in_balance';
  end if;
  return null;
end
$$;

create constraint trigger credit_ledger_chained after insert on public.credit_ledger
  deferrable initially deferred
  for each row execute function public.credit_ledger_check_chain();

create function public.users_check_balance() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.seq = 0 and new.balance = 0 then
    return null;
  end if;
  if not exists (
    select from public.credit_ledger
    where user_id = new.id and seq = new.seq and balance_after = new.balance
  ) then
    raise exception 'a balance must be the last entry of its ledger'
      using errcode = 'check_violation', constraint = 'users_balance_is_last_entry';
  end if;
  return null;
end
$$;

create constraint trigger users_balance_is_last_entry after insert or update of balance, seq
  on public.users deferrable initially deferred
  for each row execute function public.users_check_balance();

create function public.users_refuse_going_back() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.seq < old.seq then
    raise exception 'a ledger does not go back'
      using errcode = 'check_violation', constraint = 'users_seq_only_grows';
  end if;
  return new;
end
$$;

create trigger users_seq_only_grows before update of seq on public.users
  for each row execute function public.users_refuse_going_back();

-- Who may do what. Supabase grants nothing on its own any more, and neither do we.
alter table public.users enable row level security;
alter table public.credit_ledger enable row level security;

revoke all on public.users, public.credit_ledger from public, anon, authenticated, service_role;
grant select on public.users, public.credit_ledger to authenticated;
grant select, insert, update on public.users to service_role;
grant select, insert on public.credit_ledger to service_role;

revoke all on function
  public.credit_ledger_refuse_change(), public.credit_ledger_check_chain(),
  public.users_check_balance(), public.users_refuse_going_back()
from public, anon, authenticated;

create policy users_read_own on public.users for select to authenticated
  using (id = (select auth.uid()));
create policy credit_ledger_read_own on public.credit_ledger for select to authenticated
  using (user_id = (select auth.uid()));
