-- What was found by reading more rows with every year: payments of the last days, an account by its
-- address, and how many videos somebody has under way, which every order asks.

create index purchases_paid_at on public.purchases (paid_at) where status = 'paid';
create index users_address on public.users (lower(email)) where deleted_at is null;
create index jobs_unfinished on public.jobs (user_id) where stage <> 'done';
