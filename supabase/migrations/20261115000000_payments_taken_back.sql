-- Payments that are taken back, and events that need a second look.

-- An open dispute holds spending, whatever the balance.
alter table public.users add column spending_held_since timestamptz;

alter table public.purchases
  -- The pack's name when it was bought; the catalogue may change.
  add column title text not null default '',
  add column customer_email text,
  add column checkout_url text,
  -- When the checkout session ends by itself.
  add column expires_at timestamptz,
  -- When Stripe was last asked about it.
  add column checked_at timestamptz,
  -- What was charged in the end, with tax and after discounts: refunds are measured against it.
  add column paid_cents bigint
    constraint purchases_paid_cents_not_negative check (paid_cents >= 0),
  -- The most that a charge said was refunded: a safety net under the refunds' own events.
  add column refunded_cents_reported bigint not null default 0
    constraint purchases_refunded_cents_reported_not_negative check (refunded_cents_reported >= 0),
  -- Clawbacks and reinstatements so far. Each is in the ledger as '<purchase>/<number>'.
  add column reversal_entries integer not null default 0
    constraint purchases_reversal_entries_not_negative check (reversal_entries >= 0),
  add constraint purchases_clawed_back_was_paid check (clawed_back = 0 or status = 'paid');
update public.purchases set paid_cents = amount_cents where status = 'paid';
update public.purchases set title = initcap(pack) where title = '';
alter table public.purchases add constraint purchases_paid_has_amount check (
  (status = 'paid') = (paid_cents is not null)
);
create index purchases_unsettled on public.purchases (expires_at)
  where status in ('open', 'awaiting_payment');

-- Each refund and each dispute as it was last heard of. Their states only move forward, so that
-- late and repeated events change nothing.
create table public.purchase_reversals (
  id text constraint purchase_reversals_pkey primary key,
  purchase_id uuid not null
    constraint purchase_reversals_purchase_exists references public.purchases (id),
  kind text not null constraint purchase_reversals_kind_known check (kind in ('refund', 'dispute')),
  amount_cents bigint not null
    constraint purchase_reversals_amount_not_negative check (amount_cents >= 0),
  status text not null,
  funds text not null default 'untouched' constraint purchase_reversals_funds_known check (
    funds in ('untouched', 'withdrawn', 'reinstated')
  ),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index purchase_reversals_purchase_id on public.purchase_reversals (purchase_id);

alter table public.stripe_events
  add column next_attempt_at timestamptz not null default now(),
  -- Why a person has to look at it. Such an event has changed nothing and is not tried again.
  add column review_reason text;
drop index public.stripe_events_unapplied;
create index stripe_events_unapplied on public.stripe_events (next_attempt_at)
  where applied_at is null;

-- What operators did by hand, who they were, and why.
create table public.operator_actions (
  id uuid constraint operator_actions_pkey primary key,
  operator text not null constraint operator_actions_operator_named check (operator <> ''),
  action text not null constraint operator_actions_action_known check (
    action in ('grant', 'adjust', 'retry_event', 'dismiss_event')
  ),
  subject text not null,
  amount bigint,
  reason text not null constraint operator_actions_reason_given check (reason <> ''),
  created_at timestamptz not null default now()
);

create index credit_ledger_reversals on public.credit_ledger (split_part(reference, '/', 1))
  where kind in ('clawback', 'reinstatement');

-- A paid purchase is in the ledger, no other is, and what was clawed back is what the ledger says.
-- Checked when the transaction commits, from whichever side it was written.
create function public.check_purchase_credits(purchase public.purchases) returns void
language plpgsql set search_path = ''
as $$
declare
  granted boolean;
  reversed bigint;
begin
  granted := exists (
    select from public.credit_ledger
    where kind = 'purchase' and reference = purchase.id::text
      and user_id = purchase.user_id and amount = purchase.credits
  );
  if granted <> (purchase.status = 'paid') then
    raise exception 'a purchase is paid together with its credits'
      using errcode = 'check_violation', constraint = 'purchases_paid_with_credits';
  end if;
  if purchase.reversal_entries = 0 and purchase.clawed_back = 0 then
    return;
  end if;
  select coalesce(-sum(amount), 0) into reversed from public.credit_ledger
  where kind in ('clawback', 'reinstatement')
    and split_part(reference, '/', 1) = purchase.id::text and user_id = purchase.user_id;
  if reversed <> purchase.clawed_back then
    raise exception 'credits are clawed back together with their entries'
      using errcode = 'check_violation', constraint = 'purchases_clawed_back_in_ledger';
  end if;
end
$$;

create function public.purchases_check_credits() returns trigger
language plpgsql set search_path = ''
as $$
declare
  purchase public.purchases;
begin
  select * into purchase from public.purchases where id = new.id;
  perform public.check_purchase_credits(purchase);
  return null;
end
$$;

create constraint trigger purchases_credits_fit
  after insert or update of status, credits, user_id, clawed_back, reversal_entries
  on public.purchases deferrable initially deferred
  for each row execute function public.purchases_check_credits();

create function public.credit_ledger_check_purchase() returns trigger
language plpgsql set search_path = ''
as $$
declare
  purchase public.purchases;
  key text := split_part(new.reference, '/', 1);
begin
  if key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    select * into purchase from public.purchases where id = key::uuid and user_id = new.user_id;
  end if;
  if purchase.id is null then
    raise exception 'the entry belongs to no purchase of this person'
      using errcode = 'check_violation', constraint = 'credit_ledger_purchase_exists';
  end if;
  perform public.check_purchase_credits(purchase);
  if new.kind <> 'purchase' and purchase.reversal_entries = 0 then
    raise exception 'credits are clawed back together with their purchase'
      using errcode = 'check_violation', constraint = 'credit_ledger_reversal_in_purchase';
  end if;
  return null;
end
$$;

create constraint trigger credit_ledger_purchase_fits after insert on public.credit_ledger
  deferrable initially deferred for each row
  when (new.kind in ('purchase', 'clawback', 'reinstatement'))
  execute function public.credit_ledger_check_purchase();

alter table public.purchase_reversals enable row level security;
alter table public.operator_actions enable row level security;

revoke all on public.purchase_reversals, public.operator_actions
from public, anon, authenticated, service_role;
grant select, insert, update on public.purchase_reversals to service_role;
grant select, insert on public.operator_actions to service_role;
revoke all on function
  public.check_purchase_credits(public.purchases), public.purchases_check_credits(),
  public.credit_ledger_check_purchase()
from public, anon, authenticated;
grant execute on function public.check_purchase_credits(public.purchases) to service_role;
