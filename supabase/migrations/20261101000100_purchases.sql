-- What people bought, and what the payment provider told us about it.

create table public.purchases (
  id uuid constraint purchases_pkey primary key,
  user_id uuid not null constraint purchases_user_exists references public.users (id),
  pack text not null,
  credits bigint not null constraint purchases_credits_positive check (credits > 0),
  amount_cents bigint not null constraint purchases_amount_positive check (amount_cents > 0),
  currency text not null constraint purchases_currency_iso check (currency ~ '^[a-z]{3}$'),
  status text not null default 'open' constraint purchases_status_known check (
    status in ('open', 'awaiting_payment', 'paid', 'failed', 'expired')
  ),
  checkout_session text constraint purchases_checkout_session_once unique,
  payment_intent text constraint purchases_payment_intent_once unique,
  clawed_back bigint not null default 0
    constraint purchases_clawed_back_within_credits check (clawed_back between 0 and credits),
  created_at timestamptz not null default now(),
  paid_at timestamptz,
  constraint purchases_paid_has_time check ((status = 'paid') = (paid_at is not null))
);
create index purchases_user_id on public.purchases (user_id, created_at desc);

-- Recorded first, acted on second: an event is never lost between the two.
create table public.stripe_events (
  id text constraint stripe_events_pkey primary key,
  type text not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  applied_at timestamptz,
  attempts integer not null default 0,
  last_error text
);
create index stripe_events_unapplied on public.stripe_events (received_at)
  where applied_at is null;

alter table public.purchases enable row level security;
alter table public.stripe_events enable row level security;

revoke all on public.purchases, public.stripe_events
from public, anon, authenticated, service_role;
grant select on public.purchases to authenticated;
grant select, insert, update on public.purchases, public.stripe_events to service_role;

create policy purchases_read_own on public.purchases for select to authenticated
  using (user_id = (select auth.uid()));
